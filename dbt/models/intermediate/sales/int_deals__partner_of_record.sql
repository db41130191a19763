-- One row per deal: the one partner its sales KPIs count it under. Sourcing, else co-sell, else fulfilment, else the
-- partner whose approved registration names the deal, else nobody (`direct`). The roles' order is policy (partner_roles).
with role_candidates as (

    select
        deal_id,
        partner_id,
        partner_role,
        role_priority as priority,
        is_primary
    from {{ ref('int_deal_partners') }}
    where role_priority is not null

),

registration_candidates as (

    select
        deal_id,
        partner_id,
        'registered' as partner_role,
        1000 as priority,
        false as is_primary
    from {{ ref('int_registrations__chained') }}
    where outcome = 'approved' and deal_id is not null and not is_test

),

candidates as (

    select * from role_candidates
    union all
    select * from registration_candidates

)

select deal_id, partner_id, partner_role
from candidates
qualify row_number() over (partition by deal_id order by priority, is_primary desc, partner_id) = 1
