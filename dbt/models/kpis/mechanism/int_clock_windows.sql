-- One row per clock KPI, segment, window and age: the months of the window added up.
select
    months.kpi_code,
    months.dimension,
    months.segment_type,
    months.segment_value,
    windows.period_type,
    windows.period_start,
    windows.period_end,
    months.age,
    cast(sum(months.entered) as bigint) as entered,
    cast(sum(months.exited) as bigint) as exited,
    cast(sum(months.stopped) as bigint) as stopped,
    cast(sum(months.competed) as bigint) as competed,
    -- Clocks, each once: those that started in the window and those that were running when it began.
    cast(sum(months.entered - if(months.exposure_month > windows.period_start, months.carried_in, 0)) as bigint) as clock_count,
    -- How old a clock could have been seen to grow: in a cohort as far as its source shows, else within the window. Clocks that
    -- do not count days say it themselves; only cohorts have such clocks.
    cast(max(coalesce(
        months.observable_age,
        if(windows.basis = 'cohort', months.observed_through, least(windows.window_end, months.observed_through))
        - months.first_started_on
    )) as bigint) as potential_age
from {{ ref('int_clock_months') }} as months
inner join {{ ref('int_kpi_windows') }} as windows
    on months.kpi_code = windows.kpi_code
    and months.is_partner_segment = windows.is_partner_segment
    and (windows.period_type = 'all_time' or months.exposure_month between windows.period_start and windows.window_end)
group by all
