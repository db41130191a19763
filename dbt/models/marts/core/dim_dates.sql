-- One row per calendar day of the ten years that end with the run's fiscal year.
with run as (

    select * from {{ ref('int_run_parameters') }}

),

days as (

    select
        cast(unnest(generate_series(
            date_trunc('year', run.as_of_date - interval 9 year),
            date_trunc('year', run.as_of_date) + interval 2 year - interval 1 day,
            interval 1 day
        )) as date) as date_day,
        run.as_of_date,
        run.fiscal_year_start
    from run

),

fiscal as (

    select
        *,
        cast(date_trunc('month', date_day) - to_months(fiscal_year_start - 1) as date) as fiscal_month
    from days

)

select
    date_day,
    cast(date_trunc('month', date_day) as date) as month_start,
    last_day(date_day) as month_end,
    cast(date_trunc('quarter', date_day) as date) as quarter_start,
    cast(year(date_day) as bigint) as calendar_year,
    cast(quarter(date_day) as bigint) as calendar_quarter,
    cast(month(date_day) as bigint) as calendar_month,
    cast(isodow(date_day) as bigint) as iso_weekday,
    -- A fiscal year is named after the calendar year in which it ends.
    cast(year(fiscal_month) + (fiscal_year_start > 1)::integer as bigint) as fiscal_year,
    cast(quarter(fiscal_month) as bigint) as fiscal_quarter,
    cast(month(fiscal_month) as bigint) as fiscal_period,
    date_day <= as_of_date as is_past
from fiscal
