{#- Small column expressions that staging models share. -#}

{#- Key of an entity across all systems: instance and id. NULL when there is no id. -#}
{% macro entity_key(column) -%}
_instance || ':' || {{ column }}
{%- endmacro %}

{#- Calendar date of a UTC timestamp in the reporting time zone; what is told in UTC needs no way there and back. -#}
{% macro local_date(column) -%}
{%- if var("reporting_timezone") == 'UTC' -%}
cast({{ column }} as date)
{%- else -%}
cast({{ column }} at time zone 'UTC' at time zone '{{ var("reporting_timezone") }}' as date)
{%- endif -%}
{%- endmacro %}

{#- Company name for matching: lower case, no accents, no legal form, letters (of any script) and digits only. -#}
{% macro normalised_company_name(column) -%}
nullif(regexp_replace(
    regexp_replace(
        replace(strip_accents(lower({{ column }})), '.', ''),
        '([\s,]+(inc|incorporated|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|kg|sa|sas|sarl|bv|nv|ab|as|oy|pty|plc|pte|pvt|kk|ltda|srl|spa))+\s*$',
        ''
    ),
    '[^\p{L}\p{N}]', '', 'g'
), '')
{%- endmacro %}
