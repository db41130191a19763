{#- Name of an incidence as a statistic: `incidence_90d` is the share for which it happened within 90 days. -#}
{% macro incidence_name(horizon, duration_unit) -%}
'incidence_' || {{ horizon }}
        || case {{ duration_unit }} when 'business_minute' then 'bm' when 'minute' then 'm' when 'second' then 's' else 'd' end
{%- endmacro %}
