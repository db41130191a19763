-- One row per CRM account that stands for a partner and so needs a match: it has a partner role in a deal, or says so.
with accounts as (

    select * from {{ ref('stg_crm__accounts') }}

),

in_deals as (

    select distinct coalesce(resolved.surviving_account_id, deal_partners.account_id) as account_id
    from {{ ref('stg_crm__opportunity_partners') }} as deal_partners
    left join {{ ref('int_accounts__resolved') }} as resolved on deal_partners.account_id = resolved.account_id

)

select
    -- A deal may name an account that the CRM's accounts never held: it waits for a match like any other.
    coalesce(accounts.account_id, in_deals.account_id) as account_id,
    coalesce(accounts.instance, split_part(in_deals.account_id, ':', 1)) as instance,
    coalesce(accounts.source_account_id, substr(in_deals.account_id, position(':' in in_deals.account_id) + 1))
        as source_account_id,
    accounts.account_name,
    accounts.web_domain,
    accounts.duns,
    accounts.country,
    accounts.normalised_name,
    in_deals.account_id is not null as is_in_deals
from accounts
full outer join in_deals on accounts.account_id = in_deals.account_id
where
    in_deals.account_id is not null
    or (
        lower(accounts.account_type) like '%partner%'
        and not accounts.is_deleted
        and accounts.merged_into_account_id is null
    )
