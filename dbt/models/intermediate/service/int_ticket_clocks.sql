-- One row per clock of a ticket: first response, each next response, resolution. What ends one without stopping it cancels it.
{{ config(materialized='view') }}

with tickets as not materialized (

    select
        *,
        handled_by || '_support' as process,
        case ended_as
            when 'resolved' then 'closed_unanswered'
            else ended_as
        end as unanswered_as,
        ended_as is not null and ended_at is null as is_end_undated
    from {{ ref('int_tickets__ended') }}

),

clocks as (

    select
        ticket_id,
        'first_response' as metric,
        '' as clock_number,
        opened_at as started_at,
        first_response_at as stops_at,
        ended_at as cancels_at,
        unanswered_as as cancel_reason,
        is_end_undated and first_response_at is null as is_end_undated,
        first_response_due_at as source_due_at,
        source_first_response_met as source_met
    from tickets
    union all
    select
        replies.ticket_id,
        'next_response',
        '/' || replies.turn_number,
        replies.waiting_since,
        replies.replied_at,
        tickets.ended_at,
        tickets.unanswered_as,
        tickets.is_end_undated and replies.replied_at is null,
        null,
        null
    from {{ ref('int_ticket_replies') }} as replies
    inner join tickets on replies.ticket_id = tickets.ticket_id
    union all
    select
        ticket_id,
        'resolution',
        '',
        opened_at,
        if(ended_as = 'resolved', ended_at, null),
        if(ended_as != 'resolved', ended_at, null),
        ended_as,
        is_end_undated,
        resolution_due_at,
        source_resolution_met
    from tickets

)

select
    tickets.process || '/' || clocks.metric || '/' || clocks.ticket_id || clocks.clock_number as sla_clock_id,
    tickets.process,
    clocks.metric,
    'ticket' as entity_type,
    tickets.ticket_id as entity_id,
    tickets.instance,
    tickets.partner_id,
    tickets.priority as last_priority,
    tickets.channel,
    tickets.ticket_type,
    tickets.department,
    tickets.region as stated_region,
    clocks.started_at,
    clocks.stops_at,
    clocks.cancels_at,
    clocks.cancel_reason,
    clocks.is_end_undated,
    clocks.source_due_at,
    clocks.source_met,
    coalesce(tickets.reopen_count, tickets.source_reopen_count, 0) as reopen_count,
    tickets.observed_through,
    tickets.history_from,
    tickets.history_quality,
    tickets.excluded_reason
from clocks
inner join tickets on clocks.ticket_id = tickets.ticket_id
