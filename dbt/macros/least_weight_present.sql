{#- Share of a card's weight that must be present for a total, a grade or a rank (KPIS.md section 9); tolerant of rounding. -#}
{% macro least_weight_present() -%}
(0.6 - 1e-9)
{%- endmacro %}
