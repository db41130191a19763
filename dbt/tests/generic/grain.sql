{#-
    The columns that name a row of the model: unique together, none of them empty. Names are told apart by their hash first: a
    number per row is all that has to be remembered, and the names are compared only where two hashes meet.
-#}
{% test grain(model, columns) %}
{%- set any_is_empty -%}
({% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %})
{%- endset %}
with suspected as (

    select hash({{ columns | join(', ') }}) as name_hash
    from {{ model }}
    group by name_hash
    having count(*) > 1 or bool_or({{ any_is_empty }})

),

failures as (

    select
        '{{ model.identifier }} has ' || count(*) || ' rows for '
        || concat_ws(', '{% for column in columns %}, '{{ column }} ' || coalesce(cast({{ column }} as varchar), '(empty)'){% endfor %})
        || '; its grain is one, and no part of the name may be empty.' as message
    from {{ model }}
    where hash({{ columns | join(', ') }}) in (select name_hash from suspected)
    group by {{ columns | join(', ') }}
    having count(*) > 1 or bool_or({{ any_is_empty }})

)

{{ fail_with_message() }}
{% endtest %}
