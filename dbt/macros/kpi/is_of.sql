{#-
    Whether a code is aggregated in one of these ways. Asked of the catalogue before the statement runs, so that the codes stand in
    it by name and the evidence of others is not even read: a sixth of seventy million rows for the clocks. Where there is no
    catalogue yet (a parse, a unit test) nothing is left out here, and the join with the definitions decides alone. The table is
    looked up and not referred to, for it is no input: all that use this read int_kpi_evidence, which refers to it.
-#}
{% macro is_of(aggregations, kpi_code='kpi_code') -%}
{%- set definitions = adapter.get_relation(target.database, 'marts', 'kpi_definitions') if execute -%}
{%- set codes = [] -%}
{%- if definitions -%}
    {%- set found = run_query(
        "select kpi_code from " ~ definitions ~ " where aggregation in ('" ~ aggregations | join("', '") ~ "') order by 1"
    ) -%}
    {%- set codes = found.columns[0].values() -%}
{%- endif -%}
{%- if codes -%}
{{ kpi_code }} in ('{{ codes | join("', '") }}')
{%- else -%}
true
{%- endif -%}
{%- endmacro %}
