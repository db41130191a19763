{#-
    The end of a data test: `failures` is a relation with one column, message. dbt only counts failing rows; the error
    raised here carries the first message, and how many more there are, to the terminal.
-#}
{% macro fail_with_message(failures='failures') -%}
select message
from (select min(message) as message, count(*) as failure_count from {{ failures }}) as counted
where
    if(
        failure_count > 0,
        error(message || if(failure_count > 1, ' (' || (failure_count - 1) || ' more like it.)', '')),
        false
    )
{%- endmacro %}
