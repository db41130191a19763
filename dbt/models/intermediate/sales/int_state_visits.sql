-- One row per visit of an entity to a state; consecutive saves in one state are one visit.
with events as (

    select
        *,
        lag(state) over (partition by entity_type, entity_id order by occurred_at, event_id) as previous_state
    from {{ ref('int_state_events') }}

),

entries as (

    select * from events where previous_state is distinct from state

)

select
    entity_type,
    entity_id,
    state,
    state_meaning,
    state_order,
    row_number() over chronology as visit_sequence,
    row_number() over (partition by entity_type, entity_id, state order by occurred_at, event_id) as visit_number,
    occurred_at as entered_at,
    occurred_date as entered_date,
    lead(occurred_at) over chronology as exited_at,
    lead(occurred_date) over chronology as exited_date,
    previous_state,
    lag(state_meaning) over chronology as previous_meaning,
    lag(state_order) over chronology as previous_order,
    lead(state) over chronology as next_state,
    lead(state_meaning) over chronology as next_meaning,
    lead(state_order) over chronology as next_order
from entries
window chronology as (partition by entity_type, entity_id order by occurred_at, event_id)
