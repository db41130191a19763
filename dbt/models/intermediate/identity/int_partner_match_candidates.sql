-- One row per record, rule and partner that the rule proposes; rules in their order of trust.
with records as (

    select * from {{ ref('int_external_records') }}

),

partners as (

    select * from {{ ref('int_partners__current') }}

),

overrides as (

    select * from {{ ref('stg_policy__partner_xref') }}

)

select
    records.source_export,
    records.record_id,
    'override' as match_rule,
    1 as rule_rank,
    partners.partner_id
from records
inner join overrides
    on records.source_export = overrides.source_export
    and records.instance = overrides.source_instance
    and records.source_record_id = overrides.source_id
-- An override may name the partner with or without its instance; without a partner it forbids every match.
left join partners on overrides.partner_id in (partners.partner_id, partners.source_partner_id)
where overrides.partner_id is null or partners.partner_id is not null

union all

-- The PRM may still name an account that was merged away: it means the survivor.
select records.source_export, records.record_id, 'foreign_id', 2, partners.partner_id
from records
inner join {{ ref('int_accounts__resolved') }} as resolved on records.record_id = resolved.surviving_account_id
inner join partners on records.instance || ':' || partners.crm_account_id = resolved.account_id
where records.source_export = 'crm.accounts'

union all

-- Other systems name the partner as the PRM does, or by the account that the PRM names too.
select records.source_export, records.record_id, 'foreign_id', 2, partners.partner_id
from records
inner join partners on records.prm_partner_id in (partners.partner_id, partners.source_partner_id)

union all

select records.source_export, records.record_id, 'foreign_id', 2, partners.partner_id
from records
inner join partners on records.crm_account_id = partners.crm_account_id

union all

select records.source_export, records.record_id, 'duns', 3, partners.partner_id
from records
inner join partners on records.duns = partners.duns

union all

select records.source_export, records.record_id, 'web_domain', 4, partners.partner_id
from records
inner join partners on records.web_domain = partners.web_domain

union all

select records.source_export, records.record_id, 'name_and_country', 5, partners.partner_id
from records
inner join partners
    on records.normalised_name = partners.normalised_name
    and records.country = partners.country
