-- One row per deal, role and partner: the CRM's partner roles resolved to partners; `unmatched` where nobody is sure.
with deal_partners as (

    select * from {{ ref('stg_crm__opportunity_partners') }}

)

select
    deal_partners.deal_id,
    coalesce(roles.canonical_role, 'influenced') as partner_role,
    roles.priority as role_priority,
    coalesce(matches.partner_id, 'unmatched') as partner_id,
    bool_or(deal_partners.is_primary) as is_primary
from deal_partners
left join {{ ref('int_accounts__resolved') }} as resolved on deal_partners.account_id = resolved.account_id
left join {{ ref('int_partner_matches') }} as matches
    on matches.source_export = 'crm.accounts'
    and coalesce(resolved.surviving_account_id, deal_partners.account_id) = matches.record_id
left join {{ ref('stg_policy__partner_roles') }} as roles on deal_partners.role = roles.role
group by all
