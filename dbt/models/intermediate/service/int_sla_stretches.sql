-- One row per clock and stretch in which it ran, between its pauses, with the seconds that it had on it before. The last
-- stretch is the one it stopped in or still runs in; of a clock that ended or stands paused it is empty, at its end.
with clocks as (

    select clocks.sla_clock_id, clocks.started_at, clocks.ended_at, policies.is_on_calendar, policies.calendar_id
    from {{ ref('int_sla_clocks') }} as clocks
    inner join {{ ref('int_sla_clock_policies') }} as policies on clocks.sla_clock_id = policies.sla_clock_id

),

resumptions as (

    select sla_clock_id, cast(0 as bigint) as visit_sequence, cast(null as timestamp) as paused_at, started_at as ran_from
    from clocks
    union all
    select sla_clock_id, visit_sequence, paused_at, resumed_at
    from {{ ref('int_sla_pauses') }}

),

stretches as (

    select
        resumptions.sla_clock_id,
        row_number() over chronology as stretch_number,
        lead(resumptions.paused_at) over chronology is null as is_last,
        resumptions.ran_from,
        coalesce(lead(resumptions.paused_at) over chronology, clocks.ended_at) as ran_to,
        clocks.is_on_calendar,
        clocks.calendar_id
    from resumptions
    inner join clocks on resumptions.sla_clock_id = clocks.sla_clock_id
    window chronology as (partition by resumptions.sla_clock_id order by resumptions.visit_sequence)

),

places as (

    select
        stretches.*,
        {{ business_place('stretches.ran_from', 'from_spans') }} as business_from,
        {{ business_place('stretches.ran_to', 'to_spans') }} as business_to
    from stretches
    left join {{ ref('int_business_spans') }} as from_spans
        on stretches.calendar_id = from_spans.calendar_id
        and {{ at_business_span('stretches.ran_from', 'from_spans') }}
    left join {{ ref('int_business_spans') }} as to_spans
        on stretches.calendar_id = to_spans.calendar_id
        and {{ at_business_span('stretches.ran_to', 'to_spans') }}

)

select
    *,
    -- The axis that the promise is made on: open seconds of its calendar, or all seconds.
    if(is_on_calendar, business_from, cast(epoch(ran_from) as bigint)) as place_from,
    if(is_on_calendar, business_to, cast(epoch(ran_to) as bigint)) as place_to,
    cast(coalesce(sum(place_to - place_from) over (
        partition by sla_clock_id order by stretch_number rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as seconds_before
from places
