-- Evidence of the family ramp: how long new partners take to their milestones, and who is on the way.
{{ config(materialized='view', schema='evidence') }}

with ramps as not materialized (

    select
        *,
        coalesce(milestone_date, left_date) as stop_date,
        excluded_reason = 'stop_before_start' and milestone_date < start_date as is_negative
    from {{ ref('fct_ramp_milestones') }}

),

tasks as not materialized (

    select * from {{ ref('fct_onboarding_tasks') }}

)

select
    {{ day_clock_row(
        kpi_code='ramp_time', entity_type='ramp', entity_id='ramp_id', partner_id='partner_id', dimension='ramp',
        start='start_date', stop='stop_date', outcome='outcome', observed_through='observed_through',
        excluded_reason='excluded_reason',
    ) }}
from ramps

union all

select
    {{ day_clock_row(
        kpi_code='ramp_time_while_active', entity_type='ramp', entity_id='ramp_id', partner_id='partner_id',
        dimension='ramp', start='start_date', stop='milestone_date', outcome='outcome',
        observed_through='least(observed_through, left_date)', excluded_reason='excluded_reason',
    ) }}
from ramps

union all

select
    {{ day_clock_row(
        kpi_code='ramp_time_period', entity_type='ramp', entity_id='ramp_id', partner_id='partner_id', dimension='ramp',
        start='start_date', stop='stop_date', outcome='outcome', observed_through='observed_through',
        excluded_reason='excluded_reason',
    ) }}
from ramps
where clock_start = 'joined'

union all

select
    {{ evidence_row(
        kpi_code='negative_ramp_count', entity_type='ramp', entity_id='ramp_id', partner_id='partner_id', dimension='ramp',
        event_date='start_date', numerator='1',
    ) }}
from ramps
where is_negative

union all

-- Only those that were followed for ninety days, the quick ones among them too.
select
    {{ evidence_row(
        kpi_code='activation_rate_90d', entity_type='ramp', entity_id='ramp_id', partner_id='partner_id', dimension='ramp',
        event_date='start_date', outcome='outcome', numerator="(outcome = 'reached' and days <= 90)::integer",
        denominator='1', observed_through='observed_through', excluded_reason='excluded_reason',
    ) }}
from ramps
where start_date + 90 <= observed_through

union all

select
    {{ evidence_row(
        kpi_code='ramping_partner_count', entity_type='ramp', entity_id='ramp_id', partner_id='partner_id',
        dimension='ramp', valid_from='start_date', valid_to="if(outcome = 'censored', null, ended_date)", numerator='1',
        excluded_reason='excluded_reason',
    ) }}
from ramps

union all

select
    {{ evidence_row(
        kpi_code='onboarding_completion_rate', entity_type='onboarding_task', entity_id='onboarding_task_id',
        partner_id='partner_id', dimension='role', event_date='joined_date', numerator='is_completed::integer',
        denominator='1', excluded_reason='excluded_reason',
    ) }}
from tasks
