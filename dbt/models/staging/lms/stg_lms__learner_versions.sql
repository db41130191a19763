-- One row per person and stretch of deliveries in which the LMS described that person the same way.
select
    {{ person_key('learner_id') }} as learner_id,
    _instance as instance,
    email_domain,
    {{ entity_key('company_id') }} as company_id,
    company_since_date,
    prm_partner_id,
    role,
    upper(country) as country,
    coalesce(is_active, true) as is_active,
    coalesce(is_test, false) as is_test,
    _valid_from as valid_from,
    _valid_to as valid_to
from {{ as_known_versions('raw_lms', 'learners') }}
