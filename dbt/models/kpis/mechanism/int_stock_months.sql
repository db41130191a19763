-- One row per stock KPI, segment, currency and month in which anything came or went: what stood at its end.
with flows as (

    select kpi_code, dimension, segment_key, stock_currency, valid_from as flow_date, numerator, 1 as observation_count
    from {{ ref('int_kpi_evidence') }}
    where aggregation = 'stock' and not is_excluded
    union all
    select kpi_code, dimension, segment_key, stock_currency, valid_to, -numerator, -1
    from {{ ref('int_kpi_evidence') }}
    where aggregation = 'stock' and not is_excluded and valid_to is not null

),

known_flows as (

    select flows.*
    from flows
    cross join {{ ref('int_run_parameters') }} as run
    where flows.flow_date <= run.as_of_date

),

monthly as (

    select
        kpi_code,
        dimension,
        segment_type,
        segment_value,
        is_partner_segment,
        stock_currency,
        cast(date_trunc('month', flow_date) as date) as flow_month,
        sum(numerator) as numerator,
        sum(observation_count) as observation_count
    from {{ in_segments('known_flows') }}
    group by all

)

select
    * exclude (numerator, observation_count),
    sum(numerator) over cumulated as numerator,
    sum(observation_count) over cumulated as observation_count
from monthly
window cumulated as (
    partition by kpi_code, dimension, segment_type, segment_value, stock_currency order by flow_month
)
