-- One row per clock with the time it took, pauses taken out: on the axis of its promise, and in business time; and the business
-- time for which it could have been followed.
{{ config(materialized='view') }}

with totals as (

    select
        sla_clock_id,
        any_value(calendar_id) as calendar_id,
        min(business_from) as business_from,
        cast(sum(place_to - place_from) as bigint) as elapsed_seconds,
        cast(sum(business_to - business_from) as bigint) as business_seconds
    from {{ ref('int_sla_stretches') }}
    group by sla_clock_id

),

pauses as (

    select sla_clock_id, max(resumed_at) as last_resumed_at
    from {{ ref('int_sla_pauses') }}
    group by sla_clock_id

),

clocks as (

    select
        clocks.sla_clock_id,
        clocks.observed_end_at,
        coalesce(pauses.last_resumed_at = clocks.ended_at, false) as is_paused,
        totals.* exclude (sla_clock_id)
    from {{ ref('int_sla_clocks') }} as clocks
    inner join totals on clocks.sla_clock_id = totals.sla_clock_id
    left join pauses on clocks.sla_clock_id = pauses.sla_clock_id

)

select
    clocks.sla_clock_id,
    clocks.is_paused,
    clocks.elapsed_seconds,
    clocks.business_seconds,
    {{ business_place('clocks.observed_end_at', 'spans') }} - clocks.business_from as observable_business_seconds
from clocks
left join {{ ref('int_business_spans') }} as spans
    on clocks.calendar_id = spans.calendar_id
    and {{ at_business_span('clocks.observed_end_at') }}
