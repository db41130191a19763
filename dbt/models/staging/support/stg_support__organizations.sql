-- One row per organization in the newest delivery of its service desk.
select
    {{ entity_key('organization_id') }} as organization_id,
    _instance as instance,
    organization_id as source_organization_id,
    name as organization_name,
    web_domain,
    duns,
    upper(country) as country,
    crm_account_id,
    prm_partner_id,
    coalesce(is_deleted, false) as is_deleted,
    {{ normalised_company_name('name') }} as normalised_name
from {{ as_known('raw_support', 'organizations') }}
