-- One row per month, segment, process and metric: the service levels of kpi_values side by side. Nothing is computed here.
with monthly as (

    select
        *,
        cast(date_trunc('month', period_end) as date) as value_month,
        split_part(dimension, '/', 1) as process,
        split_part(dimension, '/', 2) as metric
    from {{ ref('kpi_values') }}
    where
        period_type = 'month'
        and segment_type in ('all', 'all_partners', 'region', 'partner_type', 'motion', 'partner')
        and kpi_code in (
            'sla_attainment_rate', 'sla_attainment_rate_source', 'sla_breach_count', 'sla_open_breach_count',
            'sla_disagreement_count', 'sla_time_to_stop'
        )

)

select
    value_month,
    bool_and(is_complete) as is_complete,
    segment_type,
    segment_value,
    process,
    metric,
    cast(max(denominator) filter (where kpi_code = 'sla_attainment_rate') as bigint) as due_count,
    cast(max(numerator) filter (where kpi_code = 'sla_attainment_rate') as bigint) as met_count,
    cast(max(value) filter (where kpi_code = 'sla_breach_count') as bigint) as breached_count,
    cast(max(value) filter (where kpi_code = 'sla_open_breach_count') as bigint) as open_breach_count,
    max(value) filter (where kpi_code = 'sla_attainment_rate') as attainment_rate,
    max(value_state) filter (where kpi_code = 'sla_attainment_rate') as attainment_state,
    coalesce(bool_or(is_reliable) filter (where kpi_code = 'sla_attainment_rate'), false) as is_reliable,
    max(value) filter (where kpi_code = 'sla_attainment_rate_source') as source_attainment_rate,
    cast(max(value) filter (where kpi_code = 'sla_disagreement_count') as bigint) as disagreement_count,
    max(value) filter (where kpi_code = 'sla_time_to_stop' and statistic = 'p50') / 60 as p50_business_hours,
    max(value) filter (where kpi_code = 'sla_time_to_stop' and statistic = 'p90') / 60 as p90_business_hours
from monthly
group by value_month, segment_type, segment_value, process, metric
