-- One row per CRM account that stands for a partner and so needs a match: it has a partner role in a deal, or says so.
with accounts as (

    select * from {{ ref('stg_crm__accounts') }}

),

in_deals as (

    select distinct resolved.surviving_account_id as account_id
    from {{ ref('stg_crm__opportunity_partners') }} as deal_partners
    inner join {{ ref('int_accounts__resolved') }} as resolved on deal_partners.account_id = resolved.account_id

)

select
    accounts.*,
    in_deals.account_id is not null as is_in_deals
from accounts
left join in_deals on accounts.account_id = in_deals.account_id
where
    in_deals.account_id is not null
    or (
        lower(accounts.account_type) like '%partner%'
        and not accounts.is_deleted
        and accounts.merged_into_account_id is null
    )
