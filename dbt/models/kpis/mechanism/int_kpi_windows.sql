-- One row per KPI code, window, and whether the window serves single partners or groups of them.
with definitions as (

    select * from {{ ref('kpi_definitions') }}

),

period_types as (

    select kpi_code, basis, false as is_partner_segment, unnest(periods) as period_type
    from definitions
    union all
    select kpi_code, basis, true, unnest(partner_periods)
    from definitions

),

first_months as (

    -- By the event, a stock from its beginning; a clock is there from its start on, whenever it stops. A code has one
    -- aggregation, and so one of the three.
    select kpi_code, min(event_month) as first_month from {{ ref('int_monthly_sums') }} group by kpi_code
    union all
    select kpi_code, min(from_month) from {{ ref('int_monthly_stocks') }} group by kpi_code
    union all
    select
        changes.kpi_code,
        min(if(definitions.aggregation = 'clock', cast(date_trunc('month', first_started_on) as date), exposure_month))
    from {{ ref('int_clock_changes') }} as changes
    inner join definitions on changes.kpi_code = definitions.kpi_code
    group by changes.kpi_code

)

select
    period_types.kpi_code,
    period_types.basis,
    period_types.is_partner_segment,
    periods.window_id,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    periods.window_end,
    periods.is_complete
from period_types
inner join {{ ref('int_periods') }} as periods on period_types.period_type = periods.period_type
left join first_months on period_types.kpi_code = first_months.kpi_code
where periods.period_type = 'all_time' or periods.window_end >= first_months.first_month
