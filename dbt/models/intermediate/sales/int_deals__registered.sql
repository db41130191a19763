-- One row per deal that a registration names: when it was first registered, and first approved.
select
    deal_id,
    min(first_submitted_date) as registered_date,
    min(approved_date) as registration_approved_date,
    bool_or(outcome = 'approved') as has_approved_registration
from {{ ref('int_registrations__chained') }}
where deal_id is not null and not is_test
group by deal_id
