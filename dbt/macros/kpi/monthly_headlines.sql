{#-
    A wide mart from kpi_values: one row per month and segment, one column per headline. `headlines` is
    {column: {kpi_code, statistic, dimension, period_type}}; statistic is `value`, dimension none and the window the twelve
    months that end with the month where they are not named. Nothing is computed here.
-#}
{% macro monthly_headlines(headlines) -%}
with chosen (column_name, kpi_code, statistic, dimension, period_type) as (

    values
    {% for name, headline in headlines.items() -%}
    (
        '{{ name }}', '{{ headline.kpi_code }}', '{{ headline.get("statistic", "value") }}',
        '{{ headline.get("dimension", "") }}', '{{ headline.get("period_type", "trailing_12m") }}'
    ){{ ',' if not loop.last }}
    {% endfor %}
),

headline_values as (

    select kpi_values.*, chosen.column_name
    from {{ ref('kpi_values') }} as kpi_values
    inner join chosen using (kpi_code, statistic, dimension, period_type)
    where kpi_values.segment_type in ('all', 'all_partners', 'region', 'partner_type', 'motion', 'partner')

)

select
    cast(date_trunc('month', period_end) as date) as value_month,
    segment_type,
    segment_value,
    bool_and(is_complete) as is_complete,
    {% for name in headlines -%}
    max(value) filter (where column_name = '{{ name }}') as {{ name }},
    {% endfor -%}
    any_value(as_of_date) as as_of_date
from headline_values
group by value_month, segment_type, segment_value
{%- endmacro %}
