-- One row per thing that a person of a partner did in the portal.
select
    {{ entity_key('event_id') }} as event_id,
    _instance as instance,
    {{ entity_key('partner_id') }} as partner_id,
    {{ local_date('occurred_at') }} as occurred_date,
    activity,
    {{ person_key('user_id') }} as user_id,
    role,
    task,
    asset,
    language
from {{ as_known('raw_prm', 'portal_activity') }}
where {{ local_date('occurred_at') }} <= as_of_date
