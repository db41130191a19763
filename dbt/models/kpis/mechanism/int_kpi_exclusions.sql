-- One row per value with evidence that was left out.
with by_segment as (

    select
        series_id,
        placed_month,
        sum(excluded_count) as excluded_count
    from {{ in_segments(ref('int_monthly_exclusions')) }}
    group by all

)

select
    series_id,
    window_id,
    cast(sum(excluded_count) as bigint) as excluded_count
from {{ in_windows('by_segment', 'placed_month') }}
group by all
