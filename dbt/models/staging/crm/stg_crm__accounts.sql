-- One row per account in the newest delivery of its CRM.
select
    {{ entity_key('account_id') }} as account_id,
    _instance as instance,
    account_id as source_account_id,
    name as account_name,
    web_domain,
    duns,
    upper(country) as country,
    {{ entity_key('parent_account_id') }} as parent_account_id,
    account_type,
    {{ entity_key('merged_into_account_id') }} as merged_into_account_id,
    coalesce(is_deleted, false) as is_deleted,
    {{ normalised_company_name('name') }} as normalised_name
from {{ as_known('raw_crm', 'accounts') }}
