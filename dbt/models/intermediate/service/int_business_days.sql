-- One row per calendar and local date with any open hours, numbered: N business days after a date end at the close of the
-- N-th working date after it.
select
    calendar_id,
    local_date,
    row_number() over (partition by calendar_id order by local_date) as day_number,
    max(closes_at) as closes_at,
    max(seconds_before + open_seconds) as seconds_at_close
from {{ ref('int_business_stretches') }}
group by calendar_id, local_date
