{#- Columns that name a row of another model: [{column, to, field}]; an empty reference is none. -#}
{% test known_references(model, references) %}
with failures as (
    {% for reference in references %}
    select
        '{{ model.identifier }}.{{ reference.column }} names "' || named.name || '", which '
        || '{{ reference.to.identifier }} does not have.' as message
    from (select distinct {{ reference.column }} as name from {{ model }}) as named
    where
        named.name is not null
        and named.name not in (select {{ reference.field }} from {{ reference.to }} where {{ reference.field }} is not null)
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

{{ fail_with_message() }}
{% endtest %}
