{#- The attributes of a partner that a segment may name, as a map; what nobody stated is `unknown`. -#}
{% macro attribute_map(relation, prefix) -%}
map {
    {%- for name in ['partner_type', 'motion', 'tier', 'region', 'country', 'manager', 'parent_partner_id', 'status'] %}
                '{{ prefix }}{{ name }}': coalesce({{ relation }}.{{ name }}, 'unknown'){{ ',' if not loop.last }}
    {%- endfor %}
            }
{%- endmacro %}
