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
        registrations.deal_id,
        -- A partner that the PRM never listed is a partner nobody knows.
        coalesce(partners.partner_id, 'unmatched') as partner_id,
        'registered' as partner_role,
        1000 as priority,
        false as is_primary
    from {{ ref('int_registrations__chained') }} as registrations
    left join {{ ref('int_partners__current') }} as partners on registrations.partner_id = partners.partner_id
    where registrations.outcome = 'approved' and registrations.deal_id is not null and not registrations.is_test

),

candidates as (

    select * from role_candidates
    union all
    select * from registration_candidates

)

select deal_id, partner_id, partner_role
from candidates
qualify row_number() over (partition by deal_id order by priority, is_primary desc, partner_id = 'unmatched', partner_id) = 1
