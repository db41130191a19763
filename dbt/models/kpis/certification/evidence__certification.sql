-- Evidence of the family certification: certificates issued, renewed and ended, and what is in force.
{{ config(materialized='view', schema='evidence') }}

with certificates as not materialized (

    select
        *,
        -- Whoever left everybody took the certificate along; it is no partner's loss any more.
        coalesce(excluded_reason, if(holder_partner_id is null, 'outside_population', null)) as holder_excluded_reason
    from {{ ref('fct_certifications') }}

),

qualifications as not materialized (

    select * from {{ ref('fct_qualifications') }}

)

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
