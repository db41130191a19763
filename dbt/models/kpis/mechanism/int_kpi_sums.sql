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
        monthly.kpi_code,
        monthly.dimension,
        members.segment_type,
        members.segment_value,
        members.is_partner_segment,
        monthly.event_month,
        sum(monthly.numerator) as numerator,
        sum(monthly.denominator) as denominator,
        sum(monthly.observation_count) as observation_count
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
