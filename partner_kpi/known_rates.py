"""Exchange rates as two published files knew them, from raw history: what a restatement needs to value open amounts.

The rule is the warehouse's: each leg through the euro is the last quote on or within seven days before the day.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb

from ingest.warehouse import open_warehouse
from partner_kpi.settings import Settings
from publish.generation import Generation
from publish.restatement_sides import SIDES, Rate

_RATES = """
with quotes as (

    select rate_date, upper(currency) as currency, units_per_eur
    from raw_finance.fx_rates
    where
        _load_seq <= $known_sequence
        and (_superseded_seq is null or _superseded_seq > $known_sequence)
        and (_closed_seq is null or _closed_seq > $known_sequence)
        and rate_date <= $as_of
    qualify row_number() over (partition by rate_date, upper(currency) order by _load_seq desc, _instance asc) = 1

),

every_quote as (

    select * from quotes
    union all
    select distinct rate_date, 'EUR', 1 from quotes

),

days as (

    select cast(day as date) as rate_date
    from (
        select unnest(generate_series(last_day($as_of - interval 121 month), $as_of, interval 1 day)) as day
    )
    -- Windows end with a month or on the business date, and open the day before a month begins.
    where last_day(cast(day as date)) = day or day = $as_of

),

legs as (

    select days.rate_date, currencies.currency, quotes.units_per_eur
    from days
    cross join (select distinct currency from every_quote) as currencies
    asof left join every_quote as quotes
        on currencies.currency = quotes.currency and days.rate_date >= quotes.rate_date
    where quotes.rate_date >= days.rate_date - 7

)

select legs.rate_date, legs.currency, cast(reporting.units_per_eur / legs.units_per_eur as decimal(20, 12)) as fx_rate
from legs
inner join legs as reporting on legs.rate_date = reporting.rate_date and reporting.currency = $reporting_currency
order by all
"""


def known_rates(settings: Settings, before: Generation, after: Generation) -> tuple[Rate, ...]:
    """The rates of every last day of a window, on both sides; none where the home has no raw history."""
    if not settings.warehouse.is_file():
        return ()
    rates: list[Rate] = []
    with open_warehouse(settings.warehouse, read_only=True) as connection:
        for side, generation in zip(SIDES, (before, after), strict=True):
            rates += [
                Rate(side=side, rate_date=day, currency=currency, fx_rate=rate)
                for day, currency, rate in _read(connection, generation)
            ]
    return tuple(rates)


def _read(connection: duckdb.DuckDBPyConnection, generation: Generation) -> list[tuple[dt.date, str, Decimal]]:
    facts = generation.manifest.facts
    return connection.execute(
        _RATES,
        {
            "known_sequence": facts.known_sequence,
            "as_of": facts.as_of_date,
            "reporting_currency": facts.settings["reporting_currency"],
        },
    ).fetchall()
