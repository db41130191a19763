{#- Columns that hold words of a closed list: {column: [words]}. Empty is for the contract to forbid. -#}
{% test closed_lists(model, lists) %}
with words_met as (

    select distinct {{ lists | join(', ') }} from {{ model }}

),

failures as (
    {% for column, words in lists.items() %}
    select distinct
        '{{ model.identifier }}.{{ column }} holds "' || {{ column }} || '"; its words are {{ words | join(", ") }}. '
        || 'A new word belongs in the list and in the column''s description.' as message
    from words_met
    where {{ column }} not in ({% for word in words %}'{{ word }}'{{ ', ' if not loop.last }}{% endfor %})
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

{{ fail_with_message() }}
{% endtest %}
