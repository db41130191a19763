"""Every published value equals its aggregate over the published evidence, computed a second time in another language."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest
from evidence import (
    Circumstances,
    Evidence,
    Group,
    Stock,
    group_by_segment,
    read_clocks,
    read_evidence,
    within,
)
from oracles import (
    STOPPED,
    Clocks,
    DatedTotals,
    Exposures,
    Point,
    aalen_johansen,
    answer,
    in_cohort,
    in_period,
    kaplan_meier,
    median_interval,
    rounded_to_cent,
    trace,
    wilson,
)
from published import Value, read_values

SEEDS = Path(__file__).parents[2] / "seeds"
SAMPLED_CURVES = 400
Rate = Callable[[str, dt.date], Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What the catalogue says of a code."""

    aggregation: str
    basis: str
    stop_outcomes: list[str] | None
    is_money: bool
    interval_method: str


@pytest.fixture(scope="module")
def definitions(marts: duckdb.DuckDBPyConnection) -> dict[str, Definition]:
    rows = marts.execute(
        "select kpi_code, aggregation, basis, stop_outcomes, is_money, interval_method from marts.kpi_definitions"
    ).fetchall()
    return {
        code: Definition(
            aggregation=aggregation, basis=basis, stop_outcomes=stops, is_money=is_money, interval_method=method
        )
        for code, aggregation, basis, stops, is_money, method in rows
    }


@pytest.fixture(scope="module")
def all_evidence(marts: duckdb.DuckDBPyConnection) -> dict[Group, list[Evidence]]:
    return group_by_segment(read_evidence(marts), Circumstances(marts))


@pytest.fixture(scope="module")
def evidence(all_evidence: dict[Group, list[Evidence]]) -> dict[Group, list[Evidence]]:
    """What counts."""
    return {key: [row for row in rows if row.excluded_reason is None] for key, rows in all_evidence.items()}


Marts = duckdb.DuckDBPyConnection
Definitions = dict[str, Definition]
Groups = dict[Group, list[Evidence]]


@pytest.fixture(scope="module")
def rates() -> Rate:
    """What one unit of a currency is worth in USD: last known within seven days before, with twelve decimals."""
    with (SEEDS / "exports" / "ecb" / "eurofxref-hist.csv").open(encoding="utf-8") as file:
        quotes = {dt.date.fromisoformat(quote["Date"]): quote for quote in csv.DictReader(file)}

    def rate(currency: str, day: dt.date) -> Decimal | None:
        for known in (quotes.get(day - dt.timedelta(days=back), {}) for back in range(8)):
            units = "1" if known and currency == "EUR" else known.get(currency, "N/A")
            if units != "N/A":
                return (Decimal(known["USD"]) / Decimal(units)).quantize(Decimal("1e-12"))
        return None

    return rate


def read_aggregated(marts: Marts, definitions: Definitions, *aggregations: str) -> list[Value]:
    codes = [code for code, definition in definitions.items() if definition.aggregation in aggregations]
    values = read_values(marts, "list_contains(?, kpi_code)", [codes], relation="marts.kpi_values")
    assert values
    return values


def group_of(value: Value) -> Group:
    return value.kpi_code, value.dimension, value.segment_type, value.segment_value


def total(evidence: Groups, amount: Callable[[Evidence], Decimal | None]) -> Callable[[Value], Decimal]:
    """A look-up of exact totals by value: the amounts of its group's rows whose event lies in its window."""
    totals = defaultdict(
        lambda: DatedTotals([]),
        {
            group: DatedTotals((row.event_date, amount(row) or Decimal(0)) for row in rows)
            for group, rows in evidence.items()
        },
    )
    return lambda value: within(totals[group_of(value)], value.window, value.period_type)


def test_sums_and_counts_equal_their_evidence(
    marts: Marts, definitions: Definitions, evidence: Groups
) -> None:
    """Each sum and count is the exact total of the rows dated in its window and segment; money to the cent."""
    numerator = total(evidence, lambda row: row.numerator)
    count = total(evidence, lambda _: Decimal(1))
    for value in read_aggregated(marts, definitions, "sum", "count"):
        expected = numerator(value)
        assert (value.numerator, value.observation_count) == (expected, count(value)), value
        if value.is_unseen:
            assert value.value is None, value
        elif definitions[value.kpi_code].is_money:
            assert value.value == float(rounded_to_cent(expected)), value
        else:
            assert value.value == float(expected), value


def test_ratios_equal_their_evidence(marts: Marts, definitions: Definitions, evidence: Groups) -> None:
    """Each ratio is total over total, divided once; of nothing it is no value; shares carry Wilson's interval."""
    numerator = total(evidence, lambda row: row.numerator)
    denominator = total(evidence, lambda row: row.denominator)
    for value in read_aggregated(marts, definitions, "ratio"):
        assert (value.numerator, value.denominator) == (above := numerator(value), below := denominator(value)), value
        if not below or value.is_unseen:
            assert value.value is None, value
            assert value.value_state == ("stale_source" if value.is_unseen else "no_denominator"), value
            continue
        assert value.value is not None, value
        tolerance = 0.005 + 1e-9 if definitions[value.kpi_code].is_money else 1e-12
        assert value.value == pytest.approx(float(above / below), rel=1e-12, abs=tolerance), value
        if definitions[value.kpi_code].interval_method == "wilson":
            bounds = wilson(float(above), float(below))
            assert (value.ci_low, value.ci_high) == pytest.approx(bounds, abs=1e-9), value


def test_stocks_equal_their_evidence(
    marts: Marts, definitions: Definitions, evidence: Groups, rates: Rate
) -> None:
    """Each stock is what stands on the last evening of its window, or on the one before it; money at that day's rate."""
    stocks = {
        group: {
            currency: (Stock(of_currency), Stock(replace(row, numerator=Decimal(1)) for row in of_currency))
            for currency, of_currency in by_currency(rows, definitions[group[0]]).items()
        }
        for group, rows in evidence.items()
        if definitions[group[0]].aggregation == "stock"
    }

    def standing(value: Value, day: dt.date) -> tuple[Decimal, Decimal]:
        known = [
            (amount.on(day) * rate, count.on(day))
            for currency, (amount, count) in stocks.get(group_of(value), {}).items()
            if (rate := Decimal(1) if currency is None else rates(currency, day)) is not None
        ]
        return sum((amount for amount, _ in known), Decimal(0)), sum((count for _, count in known), Decimal(0))

    for value in read_aggregated(marts, definitions, "stock"):
        closing, count = standing(value, value.window_end)
        opening, _ = standing(value, value.period_start - dt.timedelta(days=1))
        expected = {"value": closing, "opening": opening, "average": (opening + closing) / 2}[value.statistic]
        assert value.observation_count == count, value
        if value.is_unseen:
            assert value.value is None, value
        elif definitions[value.kpi_code].is_money:
            assert value.value == float(rounded_to_cent(expected)), value
        else:
            assert value.value == float(expected), value


def by_currency(rows: Iterable[Evidence], definition: Definition) -> Mapping[str | None, list[Evidence]]:
    """Money by the currency that it is in; counts together."""
    sorted_out: dict[str | None, list[Evidence]] = defaultdict(list)
    for row in rows:
        sorted_out[row.currency if definition.is_money else None].append(row)
    return sorted_out


def test_what_was_left_out_is_counted(marts: Marts, all_evidence: Groups) -> None:
    """Each value says how many rows of its window and segment were excluded; all time says all of them."""
    excluded = {
        group: DatedTotals((row.placed_date, Decimal(1)) for row in rows if row.excluded_reason)
        for group, rows in all_evidence.items()
        if any(row.excluded_reason for row in rows)
    }
    checked = 0
    for value in read_values(marts, "basis is not null", relation="marts.kpi_values"):
        totals = excluded.get(group_of(value))
        expected = within(totals, value.window, value.period_type) if totals else 0
        assert value.excluded_count == expected, value
        checked += value.excluded_count > 0
    assert checked > 1000
