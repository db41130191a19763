-- One row per partner, as it was last described; two reserved rows: no partner in the deal, and one that nobody knows.
with partners as (

    select * from {{ ref('int_partners__current') }}

),

latest_history as (

    select *
    from {{ ref('dim_partner_history') }}
    qualify row_number() over (partition by partner_id order by valid_from desc) = 1

),

latest_spells as (

    select
        *,
        min(joined_date) over (partition by partner_id) as first_joined_date
    from {{ ref('int_partner_spells') }}
    qualify row_number() over (partition by partner_id order by spell_number desc) = 1

),

reserved_partners (partner_id, partner_name) as (

    values
    ('direct', 'Direct (no partner)'),
    ('unmatched', 'Unmatched (which partner?)')

)

select
    partners.partner_id,
    partners.instance,
    partners.source_partner_id,
    latest_history.partner_name,
    latest_history.partner_type,
    latest_history.motion,
    latest_history.tier,
    latest_history.region,
    latest_history.country,
    latest_history.parent_partner_id,
    latest_history.manager,
    partners.status,
    partners.web_domain,
    partners.applied_date,
    partners.approved_date,
    latest_spells.first_joined_date as joined_date,
    partners.signed_date,
    partners.onboarded_date,
    latest_spells.left_date,
    latest_spells.left_evidence,
    cast(latest_spells.spell_number as bigint) as spell_count,
    partners.is_test,
    false as is_reserved
from partners
inner join latest_history on partners.partner_id = latest_history.partner_id
left join latest_spells on partners.partner_id = latest_spells.partner_id

union all

select
    partner_id,
    null as instance,
    null as source_partner_id,
    partner_name,
    null as partner_type,
    null as motion,
    null as tier,
    null as region,
    null as country,
    null as parent_partner_id,
    null as manager,
    null as status,
    null as web_domain,
    null as applied_date,
    null as approved_date,
    null as joined_date,
    null as signed_date,
    null as onboarded_date,
    null as left_date,
    null as left_evidence,
    null as spell_count,
    false as is_test,
    true as is_reserved
from reserved_partners
