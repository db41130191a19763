-- Evidence of the family deal_velocity: how long deals take to close and to be won, open ones included.
{{ config(materialized='view', schema='evidence') }}

with deals as not materialized (

    select
        *,
        if(outcome in ('won', 'lost'), closed_date, null) as stop_date,
        -- Closed, but nobody knows when.
        if(outcome in ('won', 'lost') and closed_date is null, 'no_event_date', null) as stop_excluded_reason
    from {{ ref('fct_deals') }}

),

starts as not materialized (

    -- A clock per deal and start that it has: created, first registered, registration approved.
    select deals.*, 'created' as clock_start, created_date as start_date
    from deals
    union all
    select deals.*, 'registered', registered_date
    from deals
    where registered_date is not null
    union all
    select deals.*, 'registration_approved', registration_approved_date
    from deals
    where registration_approved_date is not null

)

select
    {{ day_clock_row(
        kpi_code='time_to_close', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        dimension='clock_start', start='start_date', stop='stop_date', outcome='outcome', entered='history_from',
        observed_through='observed_through', excluded_reason='coalesce(excluded_reason, stop_excluded_reason)',
    ) }}
from starts

union all

select
    {{ day_clock_row(
        kpi_code='time_to_win', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        dimension='clock_start', start='start_date', stop='stop_date', outcome='outcome', entered='history_from',
        observed_through='observed_through', excluded_reason='coalesce(excluded_reason, stop_excluded_reason)',
    ) }}
from starts

union all

select
    {{ day_clock_row(
        kpi_code='win_incidence', entity_type='deal', entity_id='deal_id', partner_id='partner_id', route='route',
        start='created_date', stop='stop_date', outcome='outcome', observed_through='observed_through',
        excluded_reason="coalesce(excluded_reason, stop_excluded_reason, if(created_date < history_from, 'before_history', null))",
    ) }}
from deals

union all

-- From creation, but only registered deals, each under observation from the day of its registration.
select
    {{ day_clock_row(
        kpi_code='time_to_close_from_registration', entity_type='deal', entity_id='deal_id', partner_id='partner_id',
        route='route', start='created_date', stop='stop_date', outcome='outcome',
        entered='greatest(registered_date, history_from)', observed_through='observed_through',
        excluded_reason='coalesce(excluded_reason, stop_excluded_reason)',
    ) }}
from deals
where registered_date is not null
