-- One row per value of the KPIs that add up (sum, count, ratio): numerators and denominators are summed, divided once later.
with by_now as (

    select * exclude (is_after_run) from {{ ref('int_monthly_sums') }} where not is_after_run

),

by_segment as (

    select
        series_id,
        event_month,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(observation_count) as observation_count
    from {{ in_segments('by_now') }}
    group by all

)

select
    series_id,
    window_id,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    cast(sum(observation_count) as bigint) as observation_count
from {{ in_windows('by_segment', 'event_month') }}
group by all
