-- One row per record of another system that stands for a partner and so needs a match: an account of a CRM, a company of an
-- LMS, an organization of a service desk, and the mail domain of learners and requesters that name no company at all.
with learner_domains as (

    select distinct instance, email_domain
    from {{ ref('stg_lms__learner_versions') }}
    where company_id is null and prm_partner_id is null and email_domain is not null and not is_test

),

requester_domains as (

    select distinct instance, requester_domain
    from {{ ref('stg_support__tickets') }}
    where organization_id is null and requester_domain is not null and not is_test and not is_deleted

)

select
    'crm.accounts' as source_export,
    account_id as record_id,
    instance,
    source_account_id as source_record_id,
    account_name as record_name,
    web_domain,
    duns,
    country,
    normalised_name,
    cast(null as varchar) as crm_account_id,
    cast(null as varchar) as prm_partner_id,
    is_in_deals
from {{ ref('int_partner_accounts') }}

union all

select
    'lms.companies', company_id, instance, source_company_id, company_name, web_domain, duns, country, normalised_name,
    crm_account_id, prm_partner_id, false
from {{ ref('stg_lms__companies') }}
where not is_test

union all

select
    'support.organizations', organization_id, instance, source_organization_id, organization_name, web_domain, duns, country,
    normalised_name, crm_account_id, prm_partner_id, false
from {{ ref('stg_support__organizations') }}
where not is_deleted

union all

select
    'lms.learners', instance || ':@' || email_domain, instance, '@' || email_domain, null, email_domain, null, null, null,
    null, null, false
from learner_domains

union all

select
    'support.tickets', instance || ':@' || requester_domain, instance, '@' || requester_domain, null, requester_domain, null,
    null, null, null, null, false
from requester_domains
