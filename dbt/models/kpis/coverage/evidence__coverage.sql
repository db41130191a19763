-- Evidence of the family coverage: what partners must hold, what they hold of it, and who holds all of it.
{{ config(materialized='view', schema='evidence') }}

with coverage as not materialized (

    select * from {{ ref('fct_coverage') }}

),

compliance as not materialized (

    select * from {{ ref('fct_partner_compliance') }}

)

select
    {{ evidence_row(
        kpi_code='coverage_required_count', entity_type='coverage', entity_id='coverage_id', partner_id='partner_id',
        subject_id='requirement_id', valid_from='valid_from', valid_to='valid_to', numerator='required_count',
    ) }}
from coverage

union all

-- Capped at what is required: what one requirement has too many is of no use to another.
select
    {{ evidence_row(
        kpi_code='coverage_held_count', entity_type='coverage', entity_id='coverage_id', partner_id='partner_id',
        subject_id='requirement_id', valid_from='valid_from', valid_to='valid_to', numerator='counted_count',
    ) }}
from coverage

union all

select
    {{ evidence_row(
        kpi_code='coverage_gap_count', entity_type='coverage', entity_id='coverage_id', partner_id='partner_id',
        subject_id='requirement_id', valid_from='valid_from', valid_to='valid_to', numerator='gap_count',
    ) }}
from coverage

union all

select
    {{ evidence_row(
        kpi_code='required_partner_count', entity_type='partner', entity_id='compliance_id', partner_id='partner_id',
        subject_id='partner_id', valid_from='valid_from', valid_to='valid_to', numerator='1',
    ) }}
from compliance

union all

select
    {{ evidence_row(
        kpi_code='compliant_partner_count', entity_type='partner', entity_id='compliance_id', partner_id='partner_id',
        subject_id='partner_id', valid_from='valid_from', valid_to='valid_to', numerator='is_compliant::integer',
    ) }}
from compliance
