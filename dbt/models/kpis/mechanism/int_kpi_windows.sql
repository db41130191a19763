-- One row per KPI code, window, and whether the window serves single partners or groups of them.
with definitions as (

    select * from {{ ref('kpi_definitions') }}

),

period_types as (

    select kpi_code, aggregation, basis, false as is_partner_segment, unnest(periods) as period_type
    from definitions
    union all
    select kpi_code, aggregation, basis, true, unnest(partner_periods)
    from definitions

),

first_months as (

    -- A clock is there from its start on, whenever it stops.
    select
        kpi_code,
        min(coalesce(
            if(aggregation = 'clock', cast(date_trunc('month', started_on) as date), event_month),
            cast(date_trunc('month', valid_from) as date)
        )) as first_month
    from {{ ref('int_kpi_evidence') }}
    where not is_excluded
    group by kpi_code

)

select
    period_types.kpi_code,
    period_types.aggregation,
    period_types.basis,
    period_types.is_partner_segment,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    periods.window_end,
    periods.is_complete
from period_types
inner join {{ ref('int_periods') }} as periods on period_types.period_type = periods.period_type
left join first_months on period_types.kpi_code = first_months.kpi_code
where periods.period_type = 'all_time' or periods.window_end >= first_months.first_month
