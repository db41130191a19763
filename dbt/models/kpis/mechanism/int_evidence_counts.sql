-- One row per code, kind of entity, outcome and reason: how many rows of evidence there are, and how many break a rule that holds
-- for all of them. What the tests of kpi_evidence ask for, in one scan; codes that the catalogue does not have are here too.
{% set breaks = evidence_rules() -%}
with evidence as (

    {% for family in var('kpi_families') -%}
    select '{{ family }}' as family, * from {{ ref('evidence__' ~ family) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    evidence.family,
    evidence.kpi_code,
    evidence.entity_type,
    evidence.outcome,
    evidence.excluded_reason,
    count(*) as row_count,
    count(evidence.partner_id) as placed_count,
    {% for name, condition in breaks.items() -%}
    count(*) filter (where {{ condition }}) as {{ name }}_count,
    {% endfor -%}
    any_value(evidence.entity_id) filter (where {{ breaks.values() | join(' or ') }}) as broken_entity_id
from evidence
left join {{ ref('kpi_definitions') }} as definitions on evidence.kpi_code = definitions.kpi_code
group by evidence.family, evidence.kpi_code, evidence.entity_type, evidence.outcome, evidence.excluded_reason
