-- Evidence of the family partners: how many there are, who came, who left, how they were recruited and matched.
{{ config(materialized='view', schema='evidence') }}

with history as not materialized (

    select * from {{ ref('dim_partner_history') }}

),

milestones as not materialized (

    select * from {{ ref('fct_partner_milestones') }}

),

matches as not materialized (

    select * from {{ ref('match_review') }}

)

select
    {{ evidence_row(
        kpi_code='partner_count', entity_type='partner', entity_id='partner_version_id', partner_id='partner_id',
        subject_id='partner_id', valid_from='valid_from', valid_to='valid_to', numerator='1',
        excluded_reason="if(is_test, 'test_record', null)",
    ) }}
from history
where is_member

union all

select
    {{ evidence_row(
        kpi_code='partners_recruited', entity_type='partner', entity_id='partner_milestone_id', partner_id='partner_id',
        subject_id='partner_id', event_date='milestone_date', numerator='1',
        excluded_reason="if(is_test, 'test_record', null)",
    ) }}
from milestones
where milestone = 'joined'

union all

select
    {{ evidence_row(
        kpi_code='partners_left', entity_type='partner', entity_id='partner_milestone_id', partner_id='partner_id',
        subject_id='partner_id', event_date='milestone_date', numerator='1',
        excluded_reason="if(is_test, 'test_record', null)",
    ) }}
from milestones
where milestone = 'left'

union all

select
    {{ evidence_row(
        kpi_code='recruitment_count', entity_type='partner', entity_id='partner_milestone_id', partner_id='partner_id',
        subject_id='partner_id', dimension='milestone', event_date='milestone_date', numerator='1',
        excluded_reason="if(is_test, 'test_record', null)",
    ) }}
from milestones
where milestone in ('applied', 'approved', 'signed', 'onboarded')

union all

select
    {{ evidence_row(
        kpi_code='match_rate', entity_type='record', entity_id='record_id', partner_id="coalesce(partner_id, 'unmatched')",
        dimension='source_export', numerator="(match_status = 'matched')::integer", denominator='1',
        excluded_reason="if(match_status = 'forbidden_by_override', 'outside_population', null)",
    ) }}
from matches
