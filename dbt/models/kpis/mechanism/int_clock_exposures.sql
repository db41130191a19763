-- One row per clock and month in which it is under observation: the ages between which it was at risk, and how that ended.
-- Ages are in the KPI's unit of duration; `entry_age` is the last age at which it was not yet at risk (-1 = from the start).
{{ config(materialized='view') }}

with clocks as not materialized (

    select
        *,
        started_on + cast(first_entry_age + 1 as integer) as at_risk_from
    from {{ ref('int_clock_evidence') }}
    where {{ is_in_part('stretch_id') }}

),

by_window as (

    -- Basis period: a clock is at risk in every month it runs through, entering at its age then.
    select
        clocks.*,
        cast(unnest(generate_series(
            date_trunc('month', at_risk_from), date_trunc('month', ended_on), interval 1 month
        )) as date) as exposure_month
    from clocks
    where aggregation = 'clock' and basis = 'period'

)

select
    kpi_code,
    dimension,
    stretch_id,
    route,
    exposure_month,
    greatest(first_entry_age, cast(exposure_month - 1 - started_on as bigint)) as entry_age,
    least(duration, cast(last_day(exposure_month) - started_on as bigint)) as exit_age,
    if(ended_on <= last_day(exposure_month), ending, 'censored') as ending,
    exposure_month > date_trunc('month', at_risk_from) as is_carried_in,
    ended_on > last_day(exposure_month) as is_carried_out,
    started_on,
    observed_through,
    observable_duration
from by_window

union all

-- Basis cohort: once, in the month in which it started, followed as far as its sources show.
select
    kpi_code,
    dimension,
    stretch_id,
    route,
    cast(date_trunc('month', started_on) as date),
    first_entry_age,
    duration,
    ending,
    false,
    false,
    started_on,
    observed_through,
    observable_duration
from clocks
where aggregation = 'clock' and basis = 'cohort'

union all

-- Finished durations only (the naive reading), in the month in which they finished.
select
    kpi_code,
    dimension,
    stretch_id,
    route,
    event_month,
    -1,
    duration,
    'stopped',
    false,
    false,
    started_on,
    observed_through,
    observable_duration
from clocks
where aggregation = 'percentile'
