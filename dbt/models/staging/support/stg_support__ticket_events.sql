-- One row per thing that happened to a ticket.
select
    {{ entity_key('event_id') }} as event_id,
    _instance as instance,
    {{ entity_key('ticket_id') }} as ticket_id,
    occurred_at,
    {{ local_date('occurred_at') }} as occurred_date,
    event_type,
    -- An assignment names a person; what is read is statuses and priorities.
    case when event_type in ('status', 'priority') then value end as event_value
from {{ as_known('raw_support', 'ticket_events') }}
where {{ local_date('occurred_at') }} <= as_of_date
