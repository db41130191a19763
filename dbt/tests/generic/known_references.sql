{#- Columns that name a row of another model: [{column, to, field}]; an empty reference is none. -#}
{% test known_references(model, references) %}
with failures as (
    {% for reference in references %}
    select distinct
        '{{ model.identifier }}.{{ reference.column }} names "' || {{ reference.column }} || '", which '
        || '{{ reference.to.identifier }} does not have.' as message
    from {{ model }}
    where
        {{ reference.column }} is not null
        and {{ reference.column }} not in (select {{ reference.field }} from {{ reference.to }} where {{ reference.field }} is not null)
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

{{ fail_with_message() }}
{% endtest %}
