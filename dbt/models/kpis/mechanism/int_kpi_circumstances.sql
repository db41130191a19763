-- One row per code, dimension and circumstances with any evidence, whether it counts or is left out.
{% set relations = ['int_monthly_sums', 'int_monthly_stocks', 'int_clock_changes', 'int_monthly_exclusions'] -%}
{% for relation in relations -%}
select kpi_code, dimension, stretch_id, route from {{ ref(relation) }}
{% if not loop.last %}union
{% endif %}
{%- endfor %}
