-- One row per deal (CRM opportunity), with what it counts as, under which partner, and why not where it does not.
with deals as (

    select * from {{ ref('int_deals__closed') }}

),

run as (

    select * from {{ ref('int_run_parameters') }}

),

horizons as (

    -- What could have shown a deal's stop: the opportunities and, where they come, their history.
    select
        instance,
        min(observed_through) as observed_through,
        max(history_from) as history_from
    from {{ ref('int_export_horizons') }}
    where export in ('crm.opportunities', 'crm.opportunity_history')
    group by instance

),

slips as (

    select deal_id, count(*) as slip_count, sum(slipped_days) as slipped_days
    from {{ ref('fct_close_date_slips') }}
    group by deal_id

)

select
    deals.deal_id,
    deals.instance,
    deals.source_opportunity_id,
    deals.deal_name,
    deals.account_id,
    coalesce(partners.partner_id, 'direct') as partner_id,
    partners.partner_role,
    deals.deal_type,
    coalesce(deals.deal_type ilike '%renewal%', false) as is_renewal,
    deals.route,
    deals.stage,
    deals.stage_meaning,
    deals.is_stage_unknown,
    deals.outcome,
    deals.created_date,
    registered.registered_date,
    registered.registration_approved_date,
    coalesce(registered.has_approved_registration, deals.is_marked_registered) as is_registered,
    deals.close_date as stated_close_date,
    deals.closed_date,
    deals.amount,
    deals.currency,
    deals.amount_type,
    deals.probability,
    if(deals.currency = run.reporting_currency, cast(1 as decimal(20, 12)), rates.fx_rate) as fx_rate,
    rates.quoted_on as fx_quoted_on,
    -- Bookings in the reporting currency; rounded only where a total is published.
    cast(deals.amount * if(deals.currency = run.reporting_currency, cast(1 as decimal(20, 12)), rates.fx_rate) as decimal(38, 12))
        as reporting_amount,
    coalesce(slips.slip_count, 0) as slip_count,
    cast(coalesce(slips.slipped_days, 0) as bigint) as slipped_days,
    deals.history_quality,
    horizons.observed_through,
    horizons.history_from,
    case
        when deals.is_test then 'test_record'
        when deals.is_deleted then 'deleted_at_source'
        when deals.merged_into_deal_id is not null or deals.stage_meaning in ('merged', 'duplicate') then 'merged_into_other'
        when deals.stage_meaning = 'unqualified' or is_renewal then 'outside_population'
        when deals.closed_date > run.as_of_date then 'closed_in_future'
    end as excluded_reason,
    case
        when deals.amount is null then 'missing_amount'
        when coalesce(deals.currency != run.reporting_currency, true) and rates.fx_rate is null then 'missing_fx_rate'
    end as amount_excluded_reason
from deals
cross join run
left join {{ ref('int_deals__partner_of_record') }} as partners on deals.deal_id = partners.deal_id
left join {{ ref('int_deals__registered') }} as registered on deals.deal_id = registered.deal_id
left join horizons on deals.instance = horizons.instance
left join slips on deals.deal_id = slips.deal_id
-- A flow is worth the rate of its day; an open deal that of the run's date.
left join {{ ref('int_fx_rates_daily') }} as rates
    on deals.currency = rates.currency
    and least(coalesce(deals.closed_date, run.as_of_date), run.as_of_date) = rates.rate_date
