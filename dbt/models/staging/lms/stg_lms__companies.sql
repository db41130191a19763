-- One row per company in the newest delivery of its LMS.
select
    {{ entity_key('company_id') }} as company_id,
    _instance as instance,
    company_id as source_company_id,
    name as company_name,
    web_domain,
    duns,
    upper(country) as country,
    crm_account_id,
    prm_partner_id,
    coalesce(is_test, false) as is_test,
    {{ normalised_company_name('name') }} as normalised_name
from {{ as_known('raw_lms', 'companies') }}
