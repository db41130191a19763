{#- The columns that name a row of the model: unique together, none of them empty. -#}
{% test grain(model, columns) %}
with failures as (

    select
        '{{ model.identifier }} has ' || count(*) || ' rows for '
        || concat_ws(', '{% for column in columns %}, '{{ column }} ' || coalesce(cast({{ column }} as varchar), '(empty)'){% endfor %})
        || '; its grain is one, and no part of the name may be empty.' as message
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}

)

{{ fail_with_message() }}
{% endtest %}
