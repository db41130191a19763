-- One row per holiday of a calendar (`*` = all), from its first to its last day.
select
    calendar_id,
    first_date,
    coalesce(last_date, first_date) as last_date,
    name as holiday_name
from {{ as_known('raw_policy', 'business_holidays') }}
