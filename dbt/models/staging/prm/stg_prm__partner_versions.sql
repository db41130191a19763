-- One row per partner and stretch of deliveries in which the PRM described it the same way.
select
    {{ entity_key('partner_id') }} as partner_id,
    _instance as instance,
    partner_id as source_partner_id,
    name as partner_name,
    partner_type as source_partner_type,
    status,
    tier,
    web_domain,
    duns,
    upper(country) as country,
    region,
    {{ pseudonym('manager') }} as manager,
    -- A partner that is its own parent has none.
    {{ entity_key('nullif(parent_partner_id, partner_id)') }} as parent_partner_id,
    applied_date,
    approved_date,
    joined_date,
    signed_date,
    onboarded_date,
    left_date,
    crm_account_id,
    coalesce(is_test, false) as is_test,
    {{ normalised_company_name('name') }} as normalised_name,
    _valid_from as valid_from,
    _valid_to as valid_to
from {{ as_known_versions('raw_prm', 'partners') }}
