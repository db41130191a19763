{#- Stretches [valid_from, valid_to) of one key do not overlap, none is empty, and only the last may be open. -#}
{% test no_overlaps(model, key, valid_from='valid_from', valid_to='valid_to') %}
with stretches as (

    select
        {{ key }} as key_value,
        {{ valid_from }} as valid_from,
        {{ valid_to }} as valid_to,
        lead({{ valid_from }}) over (partition by {{ key }} order by {{ valid_from }}, {{ valid_to }}) as next_from
    from {{ model }}

),

failures as (

    select
        '{{ model.identifier }}: the stretch of ' || key_value || ' from ' || valid_from || ' to '
        || coalesce(cast(valid_to as varchar), '(open)')
        || if(valid_to <= valid_from, ' is empty.', ' overlaps the one from ' || next_from || '.') as message
    from stretches
    where valid_to <= valid_from or next_from < coalesce(valid_to, date '9999-12-31')

)

{{ fail_with_message() }}
{% endtest %}
