{#-
    Stretches [valid_from, valid_to) of one key that touch or overlap, made one; valid_to is null = open. `relation` has the
    key columns, valid_from and valid_to. A query of its own, to be selected from.
-#}
{% macro merged_stretches(relation, keys) -%}
{%- set key_list = keys | join(', ') -%}
with ordered as (

    select
        {{ key_list }},
        valid_from,
        valid_to,
        coalesce(valid_from > max(coalesce(valid_to, date '9999-12-31')) over earlier, true) as begins_anew
    from {{ relation }}
    window earlier as (
        partition by {{ key_list }} order by valid_from, valid_to rows between unbounded preceding and 1 preceding
    )

),

numbered as (

    select
        *,
        sum(begins_anew::integer) over (
            partition by {{ key_list }} order by valid_from, valid_to rows between unbounded preceding and current row
        ) as stretch_number
    from ordered

)

select
    {{ key_list }},
    min(valid_from) as valid_from,
    case when bool_and(valid_to is not null) then max(valid_to) end as valid_to
from numbered
group by {{ key_list }}, stretch_number
{%- endmacro %}
