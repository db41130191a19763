-- One row per calendar, stretch of open hours and piece of eight hours of the calendar's open seconds that it reaches into: its
-- places are those in (place_after, place_to]. The piece is there to be joined on, like the date of a span.
select
    calendar_id,
    unnest(generate_series(
        {{ business_piece('seconds_before + 1') }}, {{ business_piece('seconds_before + open_seconds') }}
    )) as piece,
    seconds_before as place_after,
    seconds_before + open_seconds as place_to,
    opens_at,
    open_seconds,
    seconds_before
from {{ ref('int_business_stretches') }}
