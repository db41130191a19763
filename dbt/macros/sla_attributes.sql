{#-
    The attributes of a clock that a policy of service may name, the most decisive first: among the policies that fit, the
    one that names the earlier attribute wins, whatever else the others name (DECISIONS.md).
-#}
{% macro sla_attributes() -%}
{{ return(['priority', 'ticket_type', 'channel', 'department', 'tier', 'partner_type', 'country', 'region', 'instance']) }}
{%- endmacro %}
