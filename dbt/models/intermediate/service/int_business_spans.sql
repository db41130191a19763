-- One row per calendar and span of UTC time, within one date, that looks back to one opening: [span_from, span_to). The date is
-- there to be joined on: millions of stamps find their place by an equality instead of being sorted.
with openings as (

    select
        *,
        lead(opens_at) over (partition by calendar_id order by opens_at) as next_opens_at
    from {{ ref('int_business_stretches') }}

),

days as (

    select
        openings.*,
        unnest(generate_series(
            date_trunc('day', opens_at), coalesce(next_opens_at, horizon.ends_at) - interval 1 second, interval 1 day
        )) as day_start
    from openings
    cross join (select max(valid_to) as ends_at from {{ ref('int_zone_offsets') }}) as horizon

)

select
    calendar_id,
    cast(day_start as date) as span_date,
    greatest(opens_at, day_start) as span_from,
    least(next_opens_at, day_start + interval 1 day) as span_to,
    opens_at,
    closes_at,
    open_seconds,
    seconds_before
from days
