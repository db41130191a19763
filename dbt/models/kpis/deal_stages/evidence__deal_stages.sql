-- Evidence of the family deal_stages: how deals move through their stages, and where they stay.
{{ config(materialized='view', schema='evidence') }}

with visits as not materialized (

    select * from {{ ref('fct_state_visits') }} where entity_type = 'deal'

),

open_visits as not materialized (

    select * from visits where state_meaning = 'open'

),

slips as not materialized (

    select
        slips.*,
        deals.partner_id,
        deals.route,
        deals.excluded_reason
    from {{ ref('fct_close_date_slips') }} as slips
    inner join {{ ref('fct_deals') }} as deals on slips.deal_id = deals.deal_id

)

select
    {{ day_clock_row(
        kpi_code='stage_duration', entity_type='state_visit', entity_id='state_visit_id', partner_id='partner_id',
        subject_id='entity_id', route='route', dimension='state', start='entered_date', stop='exited_date',
        outcome='left_by', entered='history_from', observed_through='observed_through', excluded_reason='excluded_reason',
    ) }}
from open_visits

union all

select
    {{ evidence_row(
        kpi_code='stage_conversion', entity_type='state_visit', entity_id='state_visit_id', partner_id='partner_id',
        subject_id='entity_id', route='route', dimension='state', event_date='exited_date', outcome='left_by',
        numerator="(left_by in ('forward', 'won'))::integer", denominator='1', excluded_reason='excluded_reason',
    ) }}
from open_visits
where exited_date is not null

union all

select
    {{ evidence_row(
        kpi_code='stage_regression_count', entity_type='state_visit', entity_id='state_visit_id', partner_id='partner_id',
        subject_id='entity_id', route='route', event_date='entered_date', numerator='1', excluded_reason='excluded_reason',
    ) }}
from visits
where direction in ('backward', 'reopen')

union all

select
    {{ evidence_row(
        kpi_code='stage_skipped_count', entity_type='state_visit', entity_id='state_visit_id', partner_id='partner_id',
        subject_id='entity_id', route='route', event_date='entered_date', numerator='skipped_state_count',
        excluded_reason='excluded_reason',
    ) }}
from visits
where skipped_state_count > 0

union all

select
    {{ evidence_row(
        kpi_code='open_stage_count', entity_type='state_visit', entity_id='state_visit_id', partner_id='partner_id',
        subject_id='entity_id', route='route', dimension='state', valid_from='entered_date', valid_to='exited_date',
        numerator='1', excluded_reason='excluded_reason',
    ) }}
from open_visits

union all

-- Stalled from the day after the stage's 75th percentile has passed until the stage is left.
select
    {{ evidence_row(
        kpi_code='stalled_deal_count', entity_type='state_visit', entity_id='state_visit_id', partner_id='partner_id',
        subject_id='entity_id', route='route', valid_from='entered_date + stalled_after_days + 1', valid_to='exited_date',
        numerator='1', excluded_reason='excluded_reason',
    ) }}
from open_visits
where entered_date + stalled_after_days + 1 <= least(coalesce(exited_date - 1, observed_through), observed_through)

union all

select
    {{ evidence_row(
        kpi_code='close_date_slip_count', entity_type='close_date_slip', entity_id='slip_id', partner_id='partner_id',
        subject_id='deal_id', route='route', event_date='slipped_on', numerator='1', excluded_reason='excluded_reason',
    ) }}
from slips

union all

select
    {{ evidence_row(
        kpi_code='slipped_days', entity_type='close_date_slip', entity_id='slip_id', partner_id='partner_id',
        subject_id='deal_id', route='route', event_date='slipped_on', numerator='slipped_days',
        excluded_reason='excluded_reason',
    ) }}
from slips
