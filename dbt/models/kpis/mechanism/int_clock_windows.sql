-- One row per clock KPI, segment, window and age at which anybody enters or leaves the risk set: the months of the window
-- added up. Who leaves a month only to enter the next one at the same age stays within: that is no row of the window.
with months as (

    select
        *,
        entered > carried_in or exited > carried_out as is_beginning_or_end
    from {{ ref('int_clock_months') }}

),

windows as (

    select *, cast(date_trunc('month', window_end) as date) as last_month
    from {{ ref('int_kpi_windows') }}

),

in_windows as (

    select
        months.* exclude (entered, exited),
        windows.* exclude (kpi_code, is_partner_segment),
        -- Carried over within the window: neither in nor out.
        months.entered - if(months.exposure_month > windows.period_start, months.carried_in, 0) as entered,
        months.exited - if(months.exposure_month < windows.last_month, months.carried_out, 0) as exited
    from months
    inner join windows
        on months.kpi_code = windows.kpi_code
        and months.is_partner_segment = windows.is_partner_segment
        and (windows.period_type = 'all_time' or months.exposure_month between windows.period_start and windows.window_end)
        and (months.is_beginning_or_end or months.exposure_month in (windows.period_start, windows.last_month))

)

select
    kpi_code,
    dimension,
    segment_type,
    segment_value,
    period_type,
    period_start,
    period_end,
    age,
    cast(sum(entered) as bigint) as entered,
    cast(sum(exited) as bigint) as exited,
    cast(sum(stopped) as bigint) as stopped,
    cast(sum(competed) as bigint) as competed,
    -- Clocks, each once: those that started in the window and those that were running when it began.
    cast(sum(entered) as bigint) as clock_count,
    -- How old a clock could have been seen to grow: in a cohort as far as its source shows, else within the window. Clocks that
    -- do not count days say it themselves; only cohorts have such clocks.
    cast(max(coalesce(
        observable_age,
        if(basis = 'cohort', observed_through, least(window_end, observed_through)) - first_started_on
    )) as bigint) as potential_age
from in_windows
where entered > 0 or exited > 0
group by kpi_code, dimension, segment_type, segment_value, period_type, period_start, period_end, age
