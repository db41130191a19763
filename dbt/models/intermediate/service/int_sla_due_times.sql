-- One row per clock that has something to keep: when it falls due, and when three quarters of its time are used. A pause moves
-- both; a clock that has ended or stands paused is taken to run on from there.
{{ config(materialized='view') }}

with marks as (

    select sla_clock_id, 'due' as mark, target_seconds as seconds
    from {{ ref('int_sla_targets') }}
    union all
    select sla_clock_id, 'at_risk', cast(ceil(0.75 * target_seconds) as bigint)
    from {{ ref('int_sla_targets') }}

),

candidates as (

    -- The stretches in which the seconds of the mark may be over.
    select
        marks.*,
        stretches.stretch_number,
        stretches.is_last,
        stretches.ran_from,
        stretches.ran_to,
        stretches.is_on_calendar,
        stretches.calendar_id,
        stretches.place_from,
        stretches.place_from + marks.seconds - stretches.seconds_before as place
    from marks
    inner join {{ ref('int_sla_stretches') }} as stretches
        on marks.sla_clock_id = stretches.sla_clock_id
        and marks.seconds >= stretches.seconds_before
        and (stretches.is_last or marks.seconds <= stretches.seconds_before + stretches.place_to - stretches.place_from)

),

placed as (

    select
        candidates.*,
        case
            when not candidates.is_on_calendar
                then greatest(candidates.ran_from, to_timestamp(candidates.place) at time zone 'UTC')
            when candidates.place = candidates.place_from then candidates.ran_from
            -- Empty where the calendar does not reach so far; else greatest would pass over it.
            when {{ business_stamp('candidates.place', 'places') }} is not null
                then greatest(candidates.ran_from, {{ business_stamp('candidates.place', 'places') }})
        end as marked_at
    from candidates
    left join {{ ref('int_business_places') }} as places
        on candidates.calendar_id = places.calendar_id
        and {{ at_business_place('candidates.place') }}

)

select
    sla_clock_id,
    min_by(marked_at, stretch_number) filter (where mark = 'due') as due_at,
    min_by(marked_at, stretch_number) filter (where mark = 'at_risk') as at_risk_at
from placed
-- Used up at the very moment of a pause: due when it runs again.
where is_last or marked_at < ran_to
group by sla_clock_id
