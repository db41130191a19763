-- One row per deal registration; resubmissions continue it.
with horizons as (

    select
        instance,
        min(observed_through) as observed_through,
        max(history_from) as history_from
    from {{ ref('int_export_horizons') }}
    where export in ('prm.deal_registrations', 'prm.registration_events')
    group by instance

),

deal_horizons as (

    select min(observed_through) as observed_through
    from {{ ref('int_export_horizons') }}
    where export in ('crm.opportunities', 'crm.opportunity_history')

)

select
    registrations.registration_id,
    registrations.latest_registration_id,
    registrations.instance,
    coalesce(partners.partner_id, 'unmatched') as partner_id,
    registrations.deal_id,
    registrations.source_opportunity_id,
    registrations.status,
    registrations.outcome,
    registrations.first_submitted_date,
    registrations.last_submitted_date,
    registrations.approved_date,
    registrations.decided_date,
    registrations.is_expired,
    registrations.expires_date,
    registrations.is_conflict,
    registrations.submission_count,
    registrations.has_events and registrations.touch_count = 0 as is_touchless,
    registrations.has_events,
    registrations.amount,
    registrations.currency,
    deals.outcome as deal_outcome,
    deals.closed_date as deal_closed_date,
    deals.excluded_reason as deal_excluded_reason,
    horizons.observed_through,
    horizons.history_from,
    least(horizons.observed_through, coalesce(deals.observed_through, deal_horizons.observed_through)) as deal_observed_through,
    case when registrations.is_test then 'test_record' end as excluded_reason
from {{ ref('int_registrations__chained') }} as registrations
left join {{ ref('dim_partners') }} as partners on registrations.partner_id = partners.partner_id
left join {{ ref('fct_deals') }} as deals on registrations.deal_id = deals.deal_id
left join horizons on registrations.instance = horizons.instance
left join deal_horizons on true
