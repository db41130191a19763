-- One row per value of the KPIs that add up (sum, count, ratio): numerators and denominators are summed, divided once later.
with monthly as (

    select
        kpi_code,
        dimension,
        segment_key,
        event_month,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        count(*) as observation_count
    from {{ ref('int_kpi_evidence') }}
    where aggregation in ('sum', 'count', 'ratio') and not is_excluded and not is_after_run
    group by all

),

by_segment as (

    select
        kpi_code,
        dimension,
        segment_type,
        segment_value,
        is_partner_segment,
        event_month,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(observation_count) as observation_count
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
    sum(by_segment.numerator) as numerator,
    sum(by_segment.denominator) as denominator,
    cast(sum(by_segment.observation_count) as bigint) as observation_count
from by_segment
inner join {{ ref('int_kpi_windows') }} as windows
    on by_segment.kpi_code = windows.kpi_code
    and by_segment.is_partner_segment = windows.is_partner_segment
    -- Evidence without a date counts in all time only.
    and (windows.period_type = 'all_time' or by_segment.event_month between windows.period_start and windows.window_end)
group by all
