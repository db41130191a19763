{#-
    What stands for a person outside staging. A column that a contract classifies as personal leaves staging through one
    of these or not at all.

    pseudonym    HMAC-SHA256 over instance and value, the first 128 bits as hexadecimal digits; NULL for NULL. The padded
                 keys are session variables (partner_kpi/dbt_pseudonyms.py): compiled SQL, logs and views hold their names.
    person_key   key of a person across all systems, as `entity_key` is of anything else
-#}
{% macro pseudonym(column) -%}
left(sha256({{ pseudonym_key('outer') }} || unhex(sha256({{ pseudonym_key('inner') }} || encode(_instance || ':' || {{ column }})))), 32)
{%- endmacro %}

{% macro person_key(column) -%}
_instance || ':' || {{ pseudonym(column) }}
{%- endmacro %}

{% macro pseudonym_key(side) -%}
coalesce(
    cast(getvariable('pseudonym_{{ side }}') as blob),
    error('There is no key for pseudonyms: set PARTNER_KPI_PSEUDONYM_KEY, or build beside a home that has one')
)
{%- endmacro %}
