-- One row per date and currency: what one unit is worth in the reporting currency, last known within seven days before.
with quotes as (

    select rate_date, currency, units_per_eur from {{ ref('stg_finance__fx_rates') }}
    union all
    select distinct rate_date, 'EUR', cast(1 as decimal(24, 12)) from {{ ref('stg_finance__fx_rates') }}

),

rates as (

    select
        quotes.rate_date,
        quotes.currency,
        -- Division is DOUBLE in DuckDB; fifteen significant digits leave the twelve decimals that are kept exact enough
        -- for amounts up to a billion (tested to the cent).
        cast(reporting.units_per_eur / quotes.units_per_eur as decimal(20, 12)) as fx_rate
    from quotes
    inner join quotes as reporting
        on quotes.rate_date = reporting.rate_date
        and reporting.currency = '{{ var("reporting_currency") }}'

),

carried as (

    select
        currency,
        fx_rate,
        rate_date,
        least(
            coalesce(lead(rate_date) over (partition by currency order by rate_date) - 1, rate_date + 7),
            rate_date + 7
        ) as carried_until
    from rates

)

select
    cast(unnest(generate_series(rate_date, carried_until, interval 1 day)) as date) as rate_date,
    currency,
    rate_date as quoted_on,
    fx_rate
from carried
