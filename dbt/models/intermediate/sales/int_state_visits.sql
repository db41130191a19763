-- One row per visit of an entity to a state; consecutive saves in one state are one visit.
with saves as (

    select
        * exclude (event_id),
        lag(state) over chronology as previous_state,
        row_number() over chronology as save_number
    from {{ ref('int_state_events') }}
    window chronology as (partition by entity_type, entity_id order by occurred_at, event_id)

),

entries as (

    -- Numbered before the neighbours are looked up: this sort is by state, and narrow rows sort fast.
    select
        *,
        row_number() over (partition by entity_type, entity_id, state order by save_number) as visit_number
    from saves
    where previous_state is distinct from state

)

select
    entity_type,
    entity_id,
    state,
    state_meaning,
    state_order,
    row_number() over chronology as visit_sequence,
    visit_number,
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
window chronology as (partition by entity_type, entity_id order by save_number)
