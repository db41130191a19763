{#- Evidence of a clock of service: a row of `fct_sla_clocks` under its process and metric. What is not named is as in evidence_row. -#}
{% macro sla_clock_row(kpi_code, outcome='state') -%}
{{ evidence_row(
        kpi_code=kpi_code, entity_type='sla_clock', entity_id='sla_clock_id', partner_id='partner_id', subject_id='entity_id',
        dimension='clock_kind', outcome=outcome, **kwargs
    ) }}
{%- endmacro %}
