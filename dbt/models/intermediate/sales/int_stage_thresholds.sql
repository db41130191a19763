-- One row per open deal stage: the days within which three quarters of all visits have left it (Kaplan-Meier, open ones
-- censored), over all time. A deal that stays longer is stalled.
with visits as (

    select
        visits.state as stage,
        visits.entered_date,
        visits.exited_date,
        horizons.observed_through
    from {{ ref('int_state_visits') }} as visits
    inner join {{ ref('stg_crm__opportunities') }} as deals on visits.entity_id = deals.deal_id
    inner join (
        select instance, min(observed_through) as observed_through
        from {{ ref('int_export_horizons') }}
        where export in ('crm.opportunities', 'crm.opportunity_history')
        group by instance
    ) as horizons on deals.instance = horizons.instance
    where
        visits.entity_type = 'deal'
        and visits.state_meaning = 'open'
        and not deals.is_test
        and not deals.is_deleted
        and deals.merged_into_deal_id is null
        and not coalesce(deals.deal_type ilike '%renewal%', false)
        and visits.entered_date <= horizons.observed_through

),

changes as (

    select stage, -1 as age, count(*) as entered, 0 as exited, 0 as stopped, 0 as competed
    from visits
    group by stage
    union all
    select
        stage,
        least(coalesce(exited_date, observed_through), observed_through) - entered_date,
        0,
        count(*),
        count(*) filter (where exited_date <= observed_through),
        0
    from visits
    group by all

),

curves as (

    {{ survival_curve('changes', ['stage']) | indent(4) }}

)

select
    stage,
    cast(min(age) filter (where incidence >= 0.75 - 1e-12) as integer) as stalled_after_days
from curves
group by stage
