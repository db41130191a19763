-- One row per CRM account with the account it lives on in: itself, or the last survivor of its merges.
{% set longest_chain = 20 -%}
with recursive accounts as (

    select account_id, merged_into_account_id from {{ ref('stg_crm__accounts') }}

),

merge_steps as (

    select account_id, account_id as surviving_account_id, 0 as steps
    from accounts
    union all
    select merge_steps.account_id, accounts.merged_into_account_id, merge_steps.steps + 1
    from merge_steps
    inner join accounts on merge_steps.surviving_account_id = accounts.account_id
    where
        accounts.merged_into_account_id is not null
        and merge_steps.steps < {{ longest_chain }}

)

select
    account_id,
    -- Accounts that were merged in a circle stay themselves.
    if(max(steps) = {{ longest_chain }}, account_id, arg_max(surviving_account_id, steps)) as surviving_account_id,
    if(max(steps) = {{ longest_chain }}, 0, max(steps)) as merge_count
from merge_steps
group by account_id
