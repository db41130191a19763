-- One row per window a value can be computed for: all that begin on or before the run's date and hold a dated fact.
with run as (

    select * from {{ ref('int_run_parameters') }}

),

-- From the first business date that any accepted delivery of facts can speak of; ten years at most.
months as (

    select cast(unnest(generate_series(
        date_trunc('month', run.as_of_date - interval 119 month),
        date_trunc('month', run.as_of_date),
        interval 1 month
    )) as date) as month_start
    from run

),

windows as (

    select 'month' as period_type, month_start as period_start, last_day(month_start) as period_end
    from months
    union all
    select distinct
        'quarter', cast(date_trunc('quarter', month_start) as date),
        cast(date_trunc('quarter', month_start) + interval 3 month - interval 1 day as date)
    from months
    union all
    select 'trailing_12m', cast(month_start - interval 11 month as date), last_day(month_start)
    from months
    union all
    -- The fiscal year to date, at the end of each month.
    select
        'fiscal_ytd',
        cast(
            date_trunc('year', month_start - to_months(run.fiscal_year_start - 1)) + to_months(run.fiscal_year_start - 1) as date
        ),
        last_day(month_start)
    from months
    cross join run
    union all
    select 'all_time', date '1900-01-01', run.as_of_date
    from run

)

select
    row_number() over (order by windows.period_type, windows.period_start, windows.period_end) as window_id,
    windows.period_type,
    windows.period_start,
    windows.period_end,
    least(windows.period_end, run.as_of_date) as window_end,
    windows.period_end <= run.as_of_date as is_complete
from windows
cross join run
