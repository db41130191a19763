{#- What identifies one survival curve. -#}
{% macro clock_keys() -%}
{{ return(['kpi_code', 'dimension', 'segment_type', 'segment_value', 'period_type', 'period_start', 'period_end']) }}
{%- endmacro %}
