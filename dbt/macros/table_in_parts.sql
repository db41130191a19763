{#-
    A table made in parts one after the other, so that only a part of it has to fit into memory: the model runs once for each
    part and says by `is_in_part` which rows are its own. All of it is one transaction of dbt, as with a table.
    Views that it reads may say so for it; a model in parts reads one such view only, or two divisions would meet.
    The variable holds for the statement and on its connection; where a part fails, nothing behind it is built.
-#}
{% materialization table_in_parts, adapter='duckdb' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}

    {{ run_hooks(pre_hooks) }}
    {% if existing_relation is not none %}{{ adapter.drop_relation(existing_relation) }}{% endif %}
    {% for part in range(parts()) -%}
        {% call statement('main' if loop.first else 'part_' ~ part) -%}
            set variable part = {{ part }};
            {% if loop.first %}create table {{ target_relation }} as{% else %}insert into {{ target_relation }}{% endif %}
            {{ sql }};
            reset variable part
        {%- endcall %}
    {%- endfor %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{#- Into how many parts. -#}
{% macro parts() -%}
{{ return(8) }}
{%- endmacro %}

{#- Whether a row is of the part that is being made; always, where nothing is made in parts. -#}
{% macro is_in_part(number) -%}
coalesce(hash({{ number }}) % {{ parts() }} = getvariable('part'), true)
{%- endmacro %}
