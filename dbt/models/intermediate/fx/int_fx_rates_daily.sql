-- One row per date and currency: what one unit is worth in the reporting currency. Both legs through the euro are the last
-- quoted on or within seven days before the date.
with quotes as (

    select rate_date, currency, units_per_eur from {{ ref('stg_finance__fx_rates') }}
    union all
    select distinct rate_date, 'EUR', cast(1 as decimal(24, 12)) from {{ ref('stg_finance__fx_rates') }}

),

until_next as (

    select
        *,
        least(
            coalesce(lead(rate_date) over (partition by currency order by rate_date) - 1, rate_date + 7),
            rate_date + 7
        ) as carried_until
    from quotes

),

carried as (

    select
        cast(unnest(generate_series(rate_date, carried_until, interval 1 day)) as date) as rate_date,
        currency,
        rate_date as quoted_on,
        units_per_eur
    from until_next

)

select
    carried.rate_date,
    carried.currency,
    least(carried.quoted_on, reporting.quoted_on) as quoted_on,
    -- Division is DOUBLE in DuckDB: its fifteen digits leave the twelve decimals that are kept exact enough for amounts of
    -- up to a billion (tested to the cent).
    cast(reporting.units_per_eur / carried.units_per_eur as decimal(20, 12)) as fx_rate
from carried
inner join carried as reporting
    on carried.rate_date = reporting.rate_date
    and reporting.currency = '{{ var("reporting_currency") }}'
