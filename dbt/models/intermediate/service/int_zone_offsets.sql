-- One row per time zone of a calendar and stretch of time in which its clocks are equally far from UTC: [valid_from, valid_to),
-- from before the first clock of any process could start until two years after the run's date, since due times lie ahead.
with span as (

    select
        least(
            (select min(opened_at) from {{ ref('stg_support__tickets') }}),
            (select min(submitted_at) from {{ ref('stg_prm__deal_registrations') }}),
            as_of_date
        ) - interval 7 day as first_stamp,
        as_of_date + interval 2 year as last_stamp
    from {{ ref('int_run_parameters') }}

),

zones as (

    select distinct time_zone from {{ ref('stg_policy__business_hours') }}

),

days as (

    select zones.time_zone, unnest(generate_series(date_trunc('day', first_stamp), last_stamp, interval 1 day)) as day_start
    from zones
    cross join span

),

offsets as (

    select
        *,
        {{ zone_offset('day_start', 'time_zone') }} as offset_at_start,
        {{ zone_offset("day_start + interval 1 day", 'time_zone') }} as offset_at_end,
        day_start = min(day_start) over (partition by time_zone) as is_first
    from days

),

minutes as (

    -- Only a day on which the clocks are changed is looked at minute by minute.
    select
        time_zone,
        unnest(generate_series(day_start, day_start + interval 1439 minute, interval 1 minute)) as minute_start,
        offset_at_start
    from offsets
    where offset_at_start != offset_at_end

),

changes as (

    select time_zone, day_start as valid_from, offset_at_start as offset_seconds
    from offsets
    where is_first or offset_at_start != offset_at_end
    union all
    select time_zone, minute_start, {{ zone_offset('minute_start', 'time_zone') }}
    from minutes
    union all
    select time_zone, day_start + interval 1 day, offset_at_end
    from offsets
    where offset_at_start != offset_at_end

),

entries as (

    select *
    from changes
    qualify lag(offset_seconds) over (partition by time_zone order by valid_from, offset_seconds) is distinct from offset_seconds

)

select
    entries.time_zone,
    entries.valid_from,
    coalesce(
        lead(entries.valid_from) over (partition by entries.time_zone order by entries.valid_from), span.last_stamp
    ) as valid_to,
    entries.offset_seconds
from entries
cross join span
