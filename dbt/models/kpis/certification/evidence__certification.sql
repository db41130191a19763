-- Evidence of the family certification: how people get from enrolment to certificate, and what is in force.
{{ config(materialized='view', schema='evidence') }}

with attempts as (

    select
        *,
        case outcome
            when 'issued' then issued_date
            when 'failed' then completed_date
            when 'withdrawn' then ended_date
        end as stop_date
    from {{ ref('fct_certification_attempts') }}

),

finished as (

    -- Passed or failed, and it is known which.
    select *, coalesce(excluded_reason, if(completed_date is null, 'no_event_date', null)) as finished_excluded_reason
    from attempts
    where is_passed is not null

),

stages as (

    select *, 'enrolled' as stage, enrolled_date as stage_date from attempts
    union all
    select *, 'started', started_date from attempts where started_date is not null
    union all
    select *, 'completed', completed_date from attempts where completed_date is not null
    union all
    select *, if(is_passed, 'passed', 'failed'), coalesce(completed_date, issued_date) from attempts where is_passed is not null
    union all
    select *, 'withdrawn', withdrawn_date from attempts where withdrawn_date is not null or status_meaning = 'withdrawn'

),

certificates as (

    select
        *,
        -- Whoever left everybody took the certificate along; it is no partner's loss any more.
        coalesce(excluded_reason, if(holder_partner_id is null, 'outside_population', null)) as holder_excluded_reason
    from {{ ref('fct_certifications') }}

),

qualifications as (

    select * from {{ ref('fct_qualifications') }}

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

union all

select
    {{ evidence_row(
        kpi_code='certifications_issued', entity_type='certificate', entity_id='certificate_id', partner_id='partner_id',
        subject_id='learner_id', event_date='issued_date', numerator='1', excluded_reason='excluded_reason',
    ) }}
from certificates
where not is_renewal

union all

select
    {{ evidence_row(
        kpi_code='certifications_renewed', entity_type='certificate', entity_id='certificate_id', partner_id='partner_id',
        subject_id='learner_id', event_date='issued_date', numerator='1', excluded_reason='excluded_reason',
    ) }}
from certificates
where is_renewal

union all

-- Run out, and not renewed by then.
select
    {{ evidence_row(
        kpi_code='certifications_expired', entity_type='certificate', entity_id='certificate_id',
        partner_id="coalesce(holder_partner_id, 'unmatched')", subject_id='learner_id', event_date='ended_date',
        numerator='1', excluded_reason='holder_excluded_reason',
    ) }}
from certificates
where ended_by = 'expired' and ended_date <= observed_through and coalesce(renewed_date > ended_date, true)

union all

select
    {{ evidence_row(
        kpi_code='certifications_revoked', entity_type='certificate', entity_id='certificate_id',
        partner_id="coalesce(holder_partner_id, 'unmatched')", subject_id='learner_id', event_date='ended_date',
        numerator='1', excluded_reason='holder_excluded_reason',
    ) }}
from certificates
where ended_by = 'revoked' and ended_date <= observed_through

union all

-- In their last ninety days, until they end or are renewed.
select
    {{ evidence_row(
        kpi_code='certifications_expiring_90d', entity_type='certificate', entity_id='certificate_id',
        partner_id="coalesce(holder_partner_id, 'unmatched')", subject_id='learner_id',
        valid_from='greatest(issued_date, expires_date - 90)', valid_to='least(ended_date, renewed_date)', numerator='1',
        excluded_reason='holder_excluded_reason',
    ) }}
from certificates
where expires_date is not null and least(ended_date, renewed_date) > greatest(issued_date, expires_date - 90)

union all

select
    {{ evidence_row(
        kpi_code='net_active_certifications', entity_type='qualification', entity_id='qualification_id',
        partner_id='partner_id', subject_id='holder_id', valid_from='valid_from', valid_to='valid_to', numerator='1',
        excluded_reason='excluded_reason',
    ) }}
from qualifications
where kind = 'certification'

union all

select
    {{ evidence_row(
        kpi_code='certified_people', entity_type='qualification', entity_id='qualification_id', partner_id='partner_id',
        subject_id='holder_id', valid_from='valid_from', valid_to='valid_to', numerator='1',
        excluded_reason='excluded_reason',
    ) }}
from qualifications
where kind = 'certified'
