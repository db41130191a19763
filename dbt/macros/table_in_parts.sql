{#-
    A table made in parts one after the other, so that only a part of it has to fit into memory: the model runs once for each
    part and says by `is_in_part` which rows are its own. All of it is one transaction of dbt, as with a table.
    As many parts as `parted_by` (meta: a model of the same schema that was built before) has times the variable `rows_in_part`.
    Views that it reads may say so for it; a model in parts reads one such view only, or two divisions would meet.
    The variables hold for the statement and on its connection; where a part fails, nothing behind it is built.
-#}
{% materialization table_in_parts, adapter='duckdb' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set parted_by = adapter.get_relation(this.database, this.schema, model.config.meta.parted_by) -%}
    {%- set row_count = run_query('select count(*) from ' ~ parted_by).columns[0][0] -%}
    {%- set parts = row_count // var('rows_in_part') + 1 -%}

    {{ run_hooks(pre_hooks) }}
    {% if existing_relation is not none %}{{ adapter.drop_relation(existing_relation) }}{% endif %}
    {% for part in range(parts) -%}
        {% call statement('main' if loop.first else 'part_' ~ part) -%}
            set variable parts = {{ parts }};
            set variable part = {{ part }};
            {% if loop.first %}create table {{ target_relation }} as{% else %}insert into {{ target_relation }}{% endif %}
            {{ sql }};
            reset variable part;
            reset variable parts
        {%- endcall %}
    {%- endfor %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{#- Whether a row is of the part that is being made; always, where nothing is made in parts. -#}
{% macro is_in_part(number) -%}
coalesce(hash({{ number }}) % cast(getvariable('parts') as ubigint) = getvariable('part'), true)
{%- endmacro %}
