-- One row per value with evidence that was left out, placed by the event, else by the start of the clock or the stock.
with monthly as (

    select
        kpi_code,
        dimension,
        segment_key,
        coalesce(event_month, cast(date_trunc('month', coalesce(started_on, valid_from)) as date)) as placed_month,
        count(*) as excluded_count
    from {{ ref('int_kpi_evidence') }}
    where is_excluded
    group by all

),

by_segment as (

    select
        kpi_code,
        dimension,
        segment_type,
        segment_value,
        is_partner_segment,
        placed_month,
        sum(excluded_count) as excluded_count
    from {{ in_segments('monthly') }}
    group by all

)

select
    by_segment.kpi_code,
    by_segment.dimension,
    by_segment.segment_type,
    by_segment.segment_value,
    windows.period_type,
    windows.period_start,
    windows.period_end,
    cast(sum(by_segment.excluded_count) as bigint) as excluded_count
from by_segment
inner join {{ ref('int_kpi_windows') }} as windows
    on by_segment.kpi_code = windows.kpi_code
    and by_segment.is_partner_segment = windows.is_partner_segment
    and (windows.period_type = 'all_time' or by_segment.placed_month between windows.period_start and windows.window_end)
group by all
