-- One row per deal registration as the PRM last showed it.
select
    {{ entity_key('registration_id') }} as registration_id,
    _instance as instance,
    registration_id as source_registration_id,
    {{ entity_key('partner_id') }} as partner_id,
    opportunity_id as source_opportunity_id,
    customer_name,
    submitted_at,
    {{ local_date('submitted_at') }} as submitted_date,
    status,
    decided_at,
    {{ local_date('decided_at') }} as decided_date,
    expires_date,
    amount,
    upper(currency) as currency,
    coalesce(is_conflict, false) as is_conflict,
    {{ entity_key('resubmission_of') }} as resubmission_of,
    coalesce(is_test, false) as is_test
from {{ as_known('raw_prm', 'deal_registrations') }}
where {{ local_date('submitted_at') }} <= as_of_date
