-- Evidence of the family sla: promises of service kept and broken, what stands near its limit, and how long things take.
-- The dimension is never empty, so that no value mixes processes.
{{ config(materialized='view', schema='evidence') }}

with clocks as not materialized (

    select
        *,
        process || '/' || metric as clock_kind,
        -- What was judged; a cancelled clock, or one without a promise, was not.
        case
            when excluded_reason is not null then excluded_reason
            when state in ('cancelled', 'not_applicable') then 'outside_population'
        end as judged_excluded_reason,
        (state = 'met')::integer as is_met,
        state in ('breached', 'breached_open') as is_breached,
        least(stopped_date, cancelled_date) as ended_date
    from {{ ref('fct_sla_clocks') }}

),

due as not materialized (

    -- Judged in the month in which the target falls due; what has none, or was called off, is placed by its start.
    select *, if(judged_excluded_reason is null, due_date, coalesce(due_date, started_date)) as judged_date
    from clocks
    where is_due or judged_excluded_reason is not null

),

settled as not materialized (

    select * from clocks where state not in ('running', 'paused') or excluded_reason is not null

),

tickets as not materialized (

    select
        *,
        coalesce(excluded_reason, if(cancel_reason = 'merged_into_other', 'merged_into_other', null)) as ticket_excluded_reason
    from clocks
    where entity_type = 'ticket' and metric = 'resolution'

)

select
    {{ sla_clock_row(
        kpi_code='sla_attainment_rate', event_date='judged_date', numerator='is_met', denominator='1',
        excluded_reason='judged_excluded_reason',
    ) }}
from due

union all

select
    {{ sla_clock_row(
        kpi_code='sla_attainment_rate_by_opened', event_date='started_date', numerator='is_met', denominator='1',
        excluded_reason='judged_excluded_reason',
    ) }}
from settled

union all

select
    {{ sla_clock_row(
        kpi_code='sla_attainment_rate_by_stopped', event_date='stopped_date', numerator='is_met', denominator='1',
        excluded_reason='judged_excluded_reason',
    ) }}
from clocks
where stopped_date is not null

union all

select
    {{ sla_clock_row(
        kpi_code='sla_attainment_rate_closed_only', event_date='judged_date', numerator='is_met', denominator='1',
        excluded_reason='judged_excluded_reason',
    ) }}
from due
where stopped_date is not null

union all

-- What the source says of the same clocks, where it says anything.
select
    {{ sla_clock_row(
        kpi_code='sla_attainment_rate_source', event_date='judged_date', numerator='source_met::integer', denominator='1',
        excluded_reason='judged_excluded_reason',
    ) }}
from due
where source_met is not null

union all

select
    {{ sla_clock_row(
        kpi_code='sla_breach_count', event_date='judged_date', numerator='1', excluded_reason='excluded_reason',
    ) }}
from due
where is_breached

union all

select
    {{ sla_clock_row(
        kpi_code='sla_disagreement_count', event_date='judged_date', numerator='1', excluded_reason='excluded_reason',
    ) }}
from due
where is_disagreement

union all

-- At risk from the moment at which three quarters of its time are used until it ends or falls due.
select
    {{ sla_clock_row(
        kpi_code='sla_at_risk_count', valid_from='at_risk_date', valid_to='least(ended_date, due_date)', numerator='1',
        excluded_reason='excluded_reason',
    ) }}
from clocks
where at_risk_date < least(ended_date, due_date) and at_risk_date <= observed_through

union all

select
    {{ sla_clock_row(
        kpi_code='sla_open_breach_count', valid_from='due_date', valid_to='ended_date', numerator='1',
        excluded_reason='excluded_reason',
    ) }}
from clocks
where is_breached and due_date < coalesce(ended_date, date '9999-12-31')

union all

-- Business time from the start until the stop, cancelling competes, pauses taken out; a minute begun counts once it is over.
select
    {{ sla_clock_row(
        kpi_code='sla_time_to_stop', event_date='ended_date', started_on='started_date',
        ended_on='coalesce(ended_date, observed_through)',
        duration='if(ended_date is null, floor(business_seconds / 60), ceil(business_seconds / 60))',
        observable_duration='observable_business_seconds // 60',
        outcome="case when stopped_date is not null then 'stopped' when cancelled_date is not null then 'cancelled' else 'censored' end",
        observed_through='observed_through', excluded_reason='excluded_reason',
    ) }}
from clocks

union all

select
    {{ evidence_row(
        kpi_code='ticket_count', entity_type='ticket', entity_id='entity_id', partner_id='partner_id', dimension='process',
        event_date='started_date', numerator='1', excluded_reason='ticket_excluded_reason',
    ) }}
from tickets

union all

select
    {{ evidence_row(
        kpi_code='open_ticket_count', entity_type='ticket', entity_id='entity_id', partner_id='partner_id', dimension='process',
        valid_from='started_date', valid_to='ended_date', numerator='1', excluded_reason='ticket_excluded_reason',
    ) }}
from tickets

union all

-- Of the tickets that were resolved at least once.
select
    {{ evidence_row(
        kpi_code='reopen_rate', entity_type='ticket', entity_id='entity_id', partner_id='partner_id', dimension='process',
        event_date='started_date', numerator='(reopen_count > 0)::integer', denominator='1',
        excluded_reason='ticket_excluded_reason',
    ) }}
from tickets
where stopped_date is not null or reopen_count > 0
