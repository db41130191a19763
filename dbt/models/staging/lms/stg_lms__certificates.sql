-- One row per certificate as the LMS last showed it.
select
    {{ entity_key('certificate_id') }} as certificate_id,
    _instance as instance,
    {{ person_key('learner_id') }} as learner_id,
    {{ entity_key('certification_id') }} as certification_id,
    {{ local_date('issued_at') }} as issued_date,
    expires_date,
    {{ local_date('revoked_at') }} as revoked_date,
    {{ entity_key('renewal_of') }} as renewal_of
from {{ as_known('raw_lms', 'certificates') }}
where {{ local_date('issued_at') }} <= as_of_date
