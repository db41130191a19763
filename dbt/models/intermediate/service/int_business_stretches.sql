-- One row per calendar and stretch of open hours in UTC, with the open seconds of the calendar before it. Never across a
-- local midnight or a change of the clocks: what the clocks skip is not open, what they show twice is open twice.
with hours as (

    -- The week's hours, cut at midnights; day 0 is Sunday.
    select
        calendar_id,
        time_zone,
        weekday,
        greatest(opens_minute - 1440 * weekday, 0) as opens_minute,
        least(closes_minute - 1440 * weekday, 1440) as closes_minute
    from {{ ref('stg_policy__business_hours') }}
    cross join (select unnest(range(7)) as weekday) as week
    where opens_minute < 1440 * (weekday + 1) and closes_minute > 1440 * weekday

),

local_days as (

    select
        *,
        unnest(generate_series(
            date_trunc('day', valid_from + to_seconds(offset_seconds)), valid_to + to_seconds(offset_seconds), interval 1 day
        )) as day_start
    from {{ ref('int_zone_offsets') }}

),

stretches as (

    select
        hours.calendar_id,
        cast(local_days.day_start as date) as local_date,
        greatest(
            local_days.day_start + to_minutes(hours.opens_minute) - to_seconds(local_days.offset_seconds), local_days.valid_from
        ) as opens_at,
        least(
            local_days.day_start + to_minutes(hours.closes_minute) - to_seconds(local_days.offset_seconds), local_days.valid_to
        ) as closes_at
    from local_days
    inner join hours
        on local_days.time_zone = hours.time_zone
        and dayofweek(local_days.day_start) = hours.weekday

),

working as (

    select *
    from stretches
    where
        opens_at < closes_at
        and not exists (
            select 1
            from {{ ref('stg_policy__business_holidays') }} as holidays
            where
                (holidays.calendar_id = stretches.calendar_id or holidays.calendar_id = '*')
                and stretches.local_date >= holidays.first_date
                and stretches.local_date <= holidays.last_date
        )

)

select
    calendar_id,
    local_date,
    opens_at,
    closes_at,
    date_diff('second', opens_at, closes_at) as open_seconds,
    cast(coalesce(sum(date_diff('second', opens_at, closes_at)) over (
        partition by calendar_id order by opens_at rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as seconds_before
from working
