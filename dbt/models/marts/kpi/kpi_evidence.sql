-- One row per thing that counts, or might have counted, for a KPI. A view over the facts: nothing is copied.
{{ config(materialized='view') }}

{% set families = var('kpi_families') -%}
with evidence as (

    {% for family in families -%}
    select * from {{ ref('evidence__' ~ family) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    evidence.evidence_id,
    evidence.kpi_code,
    definitions.definition_version,
    evidence.partner_id,
    evidence.entity_type,
    evidence.entity_id,
    evidence.subject_id,
    evidence.dimension,
    evidence.route,
    -- The date whose circumstances count: a clock's start, a stock's beginning, else the event.
    coalesce(cast(evidence.started_at as date), evidence.valid_from, evidence.event_date) as anchor_date,
    evidence.event_date,
    evidence.started_at,
    evidence.ended_at,
    evidence.valid_from,
    evidence.valid_to,
    evidence.entry_duration,
    evidence.duration,
    evidence.observable_duration,
    evidence.outcome,
    evidence.observed_through,
    evidence.numerator,
    evidence.denominator,
    evidence.share,
    evidence.currency,
    evidence.excluded_reason
from evidence
inner join {{ ref('kpi_definitions') }} as definitions on evidence.kpi_code = definitions.kpi_code
