-- Evidence of the family certification_attempts: how people get from the enrolment to the certificate, or do not.
{{ config(materialized='view', schema='evidence') }}

with attempts as not materialized (

    select
        *,
        case outcome
            when 'issued' then issued_date
            when 'failed' then completed_date
            when 'withdrawn' then ended_date
        end as stop_date
    from {{ ref('fct_certification_attempts') }}

),

finished as not materialized (

    -- Passed or failed, and it is known which.
    select *, coalesce(excluded_reason, if(completed_date is null, 'no_event_date', null)) as finished_excluded_reason
    from attempts
    where is_passed is not null

),

stages as not materialized (

    select *, 'enrolled' as stage, enrolled_date as stage_date from attempts
    union all
    select *, 'started', started_date from attempts where started_date is not null
    union all
    select *, 'completed', completed_date from attempts where completed_date is not null
    union all
    select *, if(is_passed, 'passed', 'failed'), coalesce(completed_date, issued_date) from attempts where is_passed is not null
    union all
    select *, 'withdrawn', withdrawn_date from attempts where withdrawn_date is not null or status_meaning = 'withdrawn'

)

select
    {{ day_clock_row(
        kpi_code='certification_time', entity_type='certification_attempt', entity_id='attempt_id', partner_id='partner_id',
        subject_id='learner_id', start='enrolled_date', stop='stop_date', outcome='outcome',
        observed_through='observed_through', excluded_reason='clock_excluded_reason',
    ) }}
from attempts

union all

select
    {{ day_clock_row(
        kpi_code='certification_time_cohort', entity_type='certification_attempt', entity_id='attempt_id', partner_id='partner_id',
        subject_id='learner_id', start='enrolled_date', stop='stop_date', outcome='outcome',
        observed_through='observed_through', excluded_reason='clock_excluded_reason',
    ) }}
from attempts

union all

select
    {{ evidence_row(
        kpi_code='certification_funnel_count', entity_type='certification_attempt', entity_id='attempt_id',
        partner_id='partner_id', subject_id='learner_id', dimension='stage', event_date='stage_date', numerator='1',
        excluded_reason="coalesce(excluded_reason, if(stage_date is null, 'no_event_date', null))",
    ) }}
from stages

union all

select
    {{ evidence_row(
        kpi_code='pass_rate_of_finished', entity_type='certification_attempt', entity_id='attempt_id',
        partner_id='partner_id', subject_id='learner_id', event_date='completed_date', numerator='is_passed::integer',
        denominator='1', excluded_reason='finished_excluded_reason',
    ) }}
from finished

union all

select
    {{ evidence_row(
        kpi_code='pass_rate_of_enrolled', entity_type='certification_attempt', entity_id='attempt_id',
        partner_id='partner_id', subject_id='learner_id', event_date='enrolled_date',
        numerator='coalesce(is_passed, false)::integer', denominator='1', excluded_reason='excluded_reason',
    ) }}
from attempts

union all

-- Only those that were followed for ninety days, the quick ones among them too.
select
    {{ evidence_row(
        kpi_code='completion_rate_90d', entity_type='certification_attempt', entity_id='attempt_id',
        partner_id='partner_id', subject_id='learner_id', event_date='enrolled_date',
        numerator='coalesce(completed_date <= enrolled_date + 90, false)::integer', denominator='1',
        observed_through='observed_through', excluded_reason='excluded_reason',
    ) }}
from attempts
where enrolled_date + 90 <= observed_through

union all

select
    {{ evidence_row(
        kpi_code='retake_rate', entity_type='certification_attempt', entity_id='attempt_id', partner_id='partner_id',
        subject_id='learner_id', event_date='enrolled_date', numerator='is_retake::integer', denominator='1',
        excluded_reason='excluded_reason',
    ) }}
from attempts
