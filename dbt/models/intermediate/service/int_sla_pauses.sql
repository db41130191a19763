-- One row per clock and stretch within it that does not count: waiting for the other side, where its process pauses, and
-- standing solved or decided until it was taken up again.
with visits as (

    select
        *,
        state in ('waiting', 'info_requested') as is_waiting,
        state_meaning = 'closed' and exited_at is not null as is_reopened
    from {{ ref('int_state_visits') }}
    where entity_type in ('ticket', 'deal_registration')

)

select
    clocks.sla_clock_id,
    visits.visit_sequence,
    greatest(date_trunc('second', visits.entered_at), clocks.started_at) as paused_at,
    least(coalesce(date_trunc('second', visits.exited_at), clocks.ended_at), clocks.ended_at) as resumed_at
from {{ ref('int_sla_clocks') }} as clocks
inner join visits on clocks.entity_type = visits.entity_type and clocks.entity_id = visits.entity_id
where
    ((visits.is_waiting and clocks.pauses) or (visits.is_reopened and clocks.metric in ('resolution', 'approval')))
    and paused_at < resumed_at
