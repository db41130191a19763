-- One row per KPI code, window, and whether the window serves single partners or groups of them.
with definitions as (

    select * from {{ ref('kpi_definitions') }}

),

period_types as (

    select kpi_code, aggregation, false as is_partner_segment, unnest(periods) as period_type
    from definitions
    union all
    select kpi_code, aggregation, true, unnest(partner_periods)
    from definitions

),

first_months as (

    select kpi_code, min(coalesce(event_month, cast(date_trunc('month', coalesce(started_on, valid_from)) as date))) as first_month
    from {{ ref('int_kpi_evidence') }}
    where not is_excluded
    group by kpi_code

)

select
    period_types.kpi_code,
    period_types.aggregation,
    period_types.is_partner_segment,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    periods.window_end,
    periods.is_complete
from period_types
inner join {{ ref('int_periods') }} as periods on period_types.period_type = periods.period_type
inner join first_months on period_types.kpi_code = first_months.kpi_code
where periods.period_type = 'all_time' or periods.window_end >= first_months.first_month
