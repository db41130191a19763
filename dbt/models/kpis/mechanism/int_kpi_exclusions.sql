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
        monthly.kpi_code,
        monthly.dimension,
        members.segment_type,
        members.segment_value,
        members.is_partner_segment,
        monthly.placed_month,
        sum(monthly.excluded_count) as excluded_count
    from monthly
    inner join {{ ref('int_segment_members') }} as members on monthly.segment_key = members.segment_key
    inner join {{ ref('int_kpi_segments') }} as segments
        on monthly.kpi_code = segments.kpi_code
        and members.segment_type = segments.segment_type
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
