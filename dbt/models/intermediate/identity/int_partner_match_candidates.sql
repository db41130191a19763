-- One row per partner account, rule and partner that the rule proposes; rules in their order of trust.
with accounts as (

    select * from {{ ref('int_partner_accounts') }}

),

partners as (

    select * from {{ ref('int_partners__current') }}

),

overrides as (

    select * from {{ ref('stg_policy__partner_xref') }} where source_export = 'crm.accounts'

)

select
    accounts.account_id,
    'override' as match_rule,
    1 as rule_rank,
    partners.partner_id
from accounts
inner join overrides
    on accounts.instance = overrides.source_instance
    and accounts.source_account_id = overrides.source_id
-- An override may name the partner with or without its instance; without a partner it forbids every match.
left join partners on overrides.partner_id in (partners.partner_id, partners.source_partner_id)
where overrides.partner_id is null or partners.partner_id is not null

union all

-- The PRM may still name an account that was merged away: it means the survivor.
select accounts.account_id, 'foreign_id', 2, partners.partner_id
from accounts
inner join {{ ref('int_accounts__resolved') }} as resolved on accounts.account_id = resolved.surviving_account_id
inner join partners on accounts.instance || ':' || partners.crm_account_id = resolved.account_id

union all

select accounts.account_id, 'duns', 3, partners.partner_id
from accounts
inner join partners on accounts.duns = partners.duns

union all

select accounts.account_id, 'web_domain', 4, partners.partner_id
from accounts
inner join partners on accounts.web_domain = partners.web_domain

union all

select accounts.account_id, 'name_and_country', 5, partners.partner_id
from accounts
inner join partners
    on accounts.normalised_name = partners.normalised_name
    and accounts.country = partners.country
