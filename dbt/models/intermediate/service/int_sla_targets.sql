-- One row per clock that has something to keep: the seconds that it may take, on the axis of its promise. The source's own due
-- time beats the policy; a target in business days ends at the close of the N-th working date after the first.
with clocks as (

    select
        clocks.sla_clock_id,
        clocks.started_at,
        clocks.source_due_at,
        policies.target,
        policies.target_unit,
        policies.is_on_calendar,
        policies.calendar_id
    from {{ ref('int_sla_clocks') }} as clocks
    inner join {{ ref('int_sla_clock_policies') }} as policies on clocks.sla_clock_id = policies.sla_clock_id

),

stretches as (

    select * from {{ ref('int_sla_stretches') }}

),

source_places as (

    select
        clocks.sla_clock_id,
        if(
            clocks.is_on_calendar,
            {{ business_place('clocks.source_due_at', 'hours') }},
            cast(epoch(clocks.source_due_at) as bigint)
        ) as due_place
    from clocks
    asof left join {{ ref('int_business_stretches') }} as hours
        on clocks.calendar_id = hours.calendar_id
        and clocks.source_due_at >= hours.opens_at
    where clocks.source_due_at is not null

),

source_targets as (

    -- What had run by the due time; after its end a clock is taken to run on.
    select
        stretches.sla_clock_id,
        sum(
            greatest(0, if(stretches.is_last, source_places.due_place, least(stretches.place_to, source_places.due_place))
            - stretches.place_from)
        ) as target_seconds
    from stretches
    inner join source_places on stretches.sla_clock_id = source_places.sla_clock_id
    group by stretches.sla_clock_id

),

first_dates as (

    -- The date on which it started where its calendar is.
    select
        clocks.*,
        cast(clocks.started_at + to_seconds(offsets.offset_seconds) as date) as started_date
    from clocks
    inner join (select distinct calendar_id, time_zone from {{ ref('stg_policy__business_hours') }}) as calendars
        on clocks.calendar_id = calendars.calendar_id
    asof inner join {{ ref('int_zone_offsets') }} as offsets
        on calendars.time_zone = offsets.time_zone
        and clocks.started_at >= offsets.valid_from
    where clocks.target_unit = 'business_days'

),

numbered_dates as (

    select first_dates.*, coalesce(days.day_number, 0) + cast(ceil(first_dates.target) as bigint) as due_day_number
    from first_dates
    asof left join {{ ref('int_business_days') }} as days
        on first_dates.calendar_id = days.calendar_id
        and first_dates.started_date >= days.local_date

),

day_targets as (

    select numbered_dates.sla_clock_id, days.seconds_at_close - stretches.place_from as target_seconds
    from numbered_dates
    inner join {{ ref('int_business_days') }} as days
        on numbered_dates.calendar_id = days.calendar_id
        and numbered_dates.due_day_number = days.day_number
    inner join stretches on numbered_dates.sla_clock_id = stretches.sla_clock_id and stretches.stretch_number = 1

)

select
    clocks.sla_clock_id,
    clocks.source_due_at is not null as is_source_due,
    cast(case
        when clocks.source_due_at is not null then source_targets.target_seconds
        when clocks.target_unit = 'business_days' then day_targets.target_seconds
        else round(60 * clocks.target)
    end as bigint) as target_seconds
from clocks
left join source_targets on clocks.sla_clock_id = source_targets.sla_clock_id
left join day_targets on clocks.sla_clock_id = day_targets.sla_clock_id
where clocks.source_due_at is not null or clocks.target_unit is not null
