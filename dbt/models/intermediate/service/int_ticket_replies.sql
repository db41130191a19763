-- One row per customer's turn of a ticket after the first answer: since when it waits for an agent, and when one replied.
-- Messages that follow each other before an answer are one turn.
{{ config(materialized='view') }}

with replies as (

    select
        events.ticket_id,
        events.event_id,
        events.event_type,
        events.occurred_at,
        tickets.first_response_at,
        tickets.ended_at
    from {{ ref('stg_support__ticket_events') }} as events
    inner join {{ ref('int_tickets__ended') }} as tickets on events.ticket_id = tickets.ticket_id
    where events.event_type in ('agent_reply', 'customer_reply') and events.occurred_at >= tickets.first_response_at

),

in_order as (

    select
        *,
        lag(event_type, 1, 'agent_reply') over chronology as previous_type,
        min(occurred_at) filter (where event_type = 'agent_reply') over (
            chronology rows between 1 following and unbounded following
        ) as replied_at
    from replies
    window chronology as (partition by ticket_id order by occurred_at, event_id)

)

select
    ticket_id,
    row_number() over (partition by ticket_id order by occurred_at, event_id) as turn_number,
    occurred_at as waiting_since,
    replied_at
from in_order
where
    event_type = 'customer_reply'
    and previous_type = 'agent_reply'
    -- Thanks after the end are no question.
    and (ended_at is null or occurred_at < ended_at)
