{#- What no row of evidence that counts may be: {name: SQL that is true of a row that breaks the rule}. -#}
{% macro evidence_rules() -%}
{{ return({
    'without_partner': 'evidence.excluded_reason is null and evidence.partner_id is null',
    'without_date': "evidence.excluded_reason is null"
        ~ " and coalesce(cast(evidence.started_at as date), evidence.valid_from, evidence.event_date) is null"
        ~ " and definitions.periods != ['all_time']",
    'without_duration': 'evidence.excluded_reason is null and evidence.started_at is not null'
        ~ ' and not coalesce(evidence.duration >= 0 and evidence.duration > coalesce(evidence.entry_duration, -1), false)',
    'ended_unobserved': 'evidence.excluded_reason is null and cast(evidence.ended_at as date) > evidence.observed_through',
    'without_numerator': 'evidence.excluded_reason is null and evidence.started_at is null and evidence.numerator is null',
    'ended_before_begun': 'evidence.excluded_reason is null and evidence.valid_to < evidence.valid_from',
}) }}
{%- endmacro %}
