-- One row per status change of a registration.
select
    {{ entity_key('event_id') }} as event_id,
    _instance as instance,
    {{ entity_key('registration_id') }} as registration_id,
    occurred_at,
    {{ local_date('occurred_at') }} as occurred_date,
    status
from {{ as_known('raw_prm', 'registration_events') }}
where {{ local_date('occurred_at') }} <= as_of_date
