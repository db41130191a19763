-- Evidence of the family deal_outcomes: what was won and lost, by close date, and what is open.
{{ config(materialized='view', schema='evidence') }}

with deals as not materialized (

    select
        *,
        outcome = 'won' as is_won,
        -- Closed, but nobody knows when: it is neither open nor in any period.
        coalesce(
            excluded_reason, if(outcome in ('won', 'lost') and closed_date is null, 'no_event_date', null)
        ) as count_excluded_reason,
        coalesce(count_excluded_reason, amount_excluded_reason) as money_excluded_reason,
        coalesce(
            count_excluded_reason,
            case
                when created_date is null then 'no_event_date'
                when closed_date < created_date then 'stop_before_start'
            end
        ) as span_excluded_reason
    from {{ ref('fct_deals') }}

),

closed as not materialized (

    select * from deals where outcome in ('won', 'lost')

),

won as not materialized (

    select * from closed where is_won

)

select
    {{ evidence_row(
        kpi_code='deals_closed_count', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='1', excluded_reason='count_excluded_reason',
    ) }}
from closed

union all

select
    {{ evidence_row(
        kpi_code='deals_won_count', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='1', excluded_reason='count_excluded_reason',
    ) }}
from won

union all

select
    {{ evidence_row(
        kpi_code='won_amount', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='reporting_amount', currency='currency', excluded_reason='money_excluded_reason',
    ) }}
from won

union all

select
    {{ evidence_row(
        kpi_code='mean_won_amount', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='reporting_amount', denominator='1', currency='currency',
        excluded_reason='money_excluded_reason',
    ) }}
from won

union all

select
    {{ evidence_row(
        kpi_code='win_rate_by_count', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='is_won::integer', denominator='1', outcome='outcome',
        excluded_reason='count_excluded_reason',
    ) }}
from closed

union all

select
    {{ evidence_row(
        kpi_code='win_rate_by_amount', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='if(is_won, reporting_amount, 0)', denominator='reporting_amount',
        currency='currency', outcome='outcome', excluded_reason='money_excluded_reason',
    ) }}
from closed

union all

select
    {{ evidence_row(
        kpi_code='mean_won_cycle_days', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', numerator='closed_date - created_date', denominator='1',
        excluded_reason='span_excluded_reason',
    ) }}
from won

union all

select
    {{ evidence_row(
        kpi_code='sales_cycle_won_naive', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        event_date='closed_date', started_on='created_date', ended_on='closed_date', duration='closed_date - created_date',
        outcome="'won'", excluded_reason='span_excluded_reason',
    ) }}
from won

union all

select
    {{ evidence_row(
        kpi_code='open_deal_count', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        valid_from='created_date', valid_to='closed_date', numerator='1',
        excluded_reason='span_excluded_reason',
    ) }}
from deals

union all

select
    {{ evidence_row(
        kpi_code='open_pipeline_amount', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        valid_from='created_date', valid_to='closed_date', numerator='amount', currency='currency',
        excluded_reason="coalesce(span_excluded_reason, case when amount is null then 'missing_amount' when currency is null then 'missing_fx_rate' end)",
    ) }}
from deals
