-- One row per stock series, currency and month in which anything came or went: what stood at its end.
with flows as (

    select kpi_code, dimension, stretch_id, route, stock_currency, from_month as flow_month, numerator, observation_count
    from {{ ref('int_monthly_stocks') }}
    where has_come
    union all
    select kpi_code, dimension, stretch_id, route, stock_currency, to_month, -numerator, -observation_count
    from {{ ref('int_monthly_stocks') }}
    where has_gone

),

monthly as (

    select
        series_id,
        stock_currency,
        flow_month,
        sum(numerator) as numerator,
        sum(observation_count) as observation_count
    from {{ in_segments('flows') }}
    group by all

)

select
    * exclude (numerator, observation_count),
    sum(numerator) over cumulated as numerator,
    sum(observation_count) over cumulated as observation_count
from monthly
window cumulated as (partition by series_id, stock_currency order by flow_month)
