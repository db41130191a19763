-- One row per stretch of working hours in the week of a calendar, minutes from Sunday 00:00 local time.
select
    calendar_id,
    opens_minute,
    closes_minute,
    time_zone
from {{ as_known('raw_policy', 'business_hours') }}
