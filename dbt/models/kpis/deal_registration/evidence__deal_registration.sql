-- Evidence of the family deal_registration: how many, how fast and how decided, and what became of the deals.
{{ config(materialized='view', schema='evidence') }}

with registrations as not materialized (

    select
        *,
        if(outcome = 'open', null, decided_date) as stop_date,
        outcome in ('approved', 'rejected') as is_decided,
        if(outcome != 'open' and decided_date is null, 'no_event_date', null) as decision_excluded_reason
    from {{ ref('fct_deal_registrations') }}

),

decided as not materialized (

    select *, coalesce(excluded_reason, decision_excluded_reason) as decided_excluded_reason
    from registrations
    where is_decided

),

approved as not materialized (

    select * from registrations where outcome = 'approved'

),

won_deals as not materialized (

    select
        *,
        coalesce(
            excluded_reason, if(closed_date is null, 'no_event_date', null), amount_excluded_reason
        ) as money_excluded_reason
    from {{ ref('fct_deals') }}
    where outcome = 'won'

)

select
    {{ evidence_row(
        kpi_code='registration_count', entity_type='deal_registration', entity_id='registration_id', partner_id='partner_id',
        event_date='first_submitted_date', numerator='1', excluded_reason='excluded_reason',
    ) }}
from registrations

union all

select
    {{ evidence_row(
        kpi_code='registration_conflict_rate', entity_type='deal_registration', entity_id='registration_id',
        partner_id='partner_id', event_date='first_submitted_date', numerator='is_conflict::integer', denominator='1',
        excluded_reason='excluded_reason',
    ) }}
from registrations

union all

select
    {{ evidence_row(
        kpi_code='registration_approval_rate', entity_type='deal_registration', entity_id='registration_id',
        partner_id='partner_id', event_date='decided_date', outcome='outcome',
        numerator="(outcome = 'approved')::integer", denominator='1', excluded_reason='decided_excluded_reason',
    ) }}
from decided

union all

select
    {{ evidence_row(
        kpi_code='touchless_rate', entity_type='deal_registration', entity_id='registration_id', partner_id='partner_id',
        event_date='decided_date', numerator='is_touchless::integer', denominator='1',
        excluded_reason="coalesce(decided_excluded_reason, if(has_events, null, 'outside_population'))",
    ) }}
from decided

union all

select
    {{ evidence_row(
        kpi_code='registration_expiry_rate', entity_type='deal_registration', entity_id='registration_id',
        partner_id='partner_id', event_date='expires_date', numerator='is_expired::integer', denominator='1',
        excluded_reason="coalesce(excluded_reason, if(expires_date is null, 'no_event_date', null))",
    ) }}
from approved
where expires_date <= observed_through or is_expired

union all

select
    {{ day_clock_row(
        kpi_code='registration_decision_time', entity_type='deal_registration', entity_id='registration_id',
        partner_id='partner_id', start='first_submitted_date', stop='stop_date', outcome='outcome', entered='history_from',
        observed_through='observed_through', excluded_reason='coalesce(excluded_reason, decision_excluded_reason)',
    ) }}
from registrations

union all

select
    {{ day_clock_row(
        kpi_code='registration_decision_time_last_submission', entity_type='deal_registration',
        entity_id='registration_id', partner_id='partner_id', start='last_submitted_date', stop='stop_date',
        outcome='outcome', entered='history_from', observed_through='observed_through',
        excluded_reason='coalesce(excluded_reason, decision_excluded_reason)',
    ) }}
from registrations

union all

select
    {{ day_clock_row(
        kpi_code='registration_to_win', entity_type='deal_registration', entity_id='registration_id',
        partner_id='partner_id', subject_id='deal_id', start='approved_date',
        stop="if(deal_outcome in ('won', 'lost'), deal_closed_date, null)", outcome='deal_outcome',
        observed_through='deal_observed_through',
        excluded_reason="coalesce(excluded_reason, deal_excluded_reason, case when deal_outcome in ('won', 'lost') and deal_closed_date is null then 'no_event_date' when approved_date < history_from then 'before_history' end)",
    ) }}
from approved

union all

select
    {{ evidence_row(
        kpi_code='registered_share_of_bookings', entity_type='deal', entity_id='deal_id', partner_id='partner_id',
        route='route', event_date='closed_date', numerator='if(is_registered, reporting_amount, 0)',
        denominator='reporting_amount', currency='currency', excluded_reason='money_excluded_reason',
    ) }}
from won_deals
