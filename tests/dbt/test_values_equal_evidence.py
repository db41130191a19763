"""Every published value equals its aggregate over the published evidence, computed again in another language."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
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
    Window,
    aalen_johansen,
    answer,
    in_cohort,
    in_period,
    is_to_the_cent,
    kaplan_meier,
    median_interval,
    trace,
    wilson,
)
from published import Value, read_values

SEEDS = Path(__file__).parents[2] / "seeds"
# Every window of these kinds of segment; of the other kinds all time.
CHECKED = "(segment_type in ('all', 'all_partners', 'partner', 'region') or period_type = 'all_time')"
Rate = Callable[[str, dt.date], Decimal | None]
Curve = tuple[Exposures, list[Point]]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What the catalogue says of a code."""

    aggregation: str
    basis: str
    stop_outcomes: list[str] | None
    is_money: bool
    interval_method: str
    duration_unit: str | None


@pytest.fixture(scope="module")
def definitions(marts: duckdb.DuckDBPyConnection) -> dict[str, Definition]:
    rows = marts.execute(
        "select kpi_code, aggregation, basis, stop_outcomes, is_money, interval_method, duration_unit"
        " from marts.kpi_definitions"
    ).fetchall()
    return {
        code: Definition(
            aggregation=aggregation,
            basis=basis,
            stop_outcomes=stops,
            is_money=is_money,
            interval_method=method,
            duration_unit=unit,
        )
        for code, aggregation, basis, stops, is_money, method, unit in rows
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
    """What one unit of a currency is worth in USD, by the last quotes within seven days, with twelve decimals."""
    with (SEEDS / "exports" / "ecb" / "eurofxref-hist.csv").open(encoding="utf-8") as file:
        quotes = {dt.date.fromisoformat(quote["Date"]): quote | {"EUR": "1"} for quote in csv.DictReader(file)}

    @cache
    def units_per_euro(currency: str, day: dt.date) -> Decimal | None:
        known = (quotes.get(day - dt.timedelta(days=back), {}).get(currency, "N/A") for back in range(8))
        return next((Decimal(units) for units in known if units != "N/A"), None)

    def rate(currency: str, day: dt.date) -> Decimal | None:
        if currency == "USD":
            return Decimal(1)
        one, reporting = units_per_euro(currency, day), units_per_euro("USD", day)
        return None if one is None or reporting is None else (reporting / one).quantize(Decimal("1e-12"))

    return rate


def read_aggregated(marts: Marts, definitions: Definitions, *aggregations: str) -> list[Value]:
    codes = [code for code, definition in definitions.items() if definition.aggregation in aggregations]
    values = read_values(marts, f"list_contains(?, kpi_code) and {CHECKED}", [codes], relation="marts.kpi_values")
    assert values
    return values


def group_of(value: Value) -> Group:
    return value.kpi_code, value.dimension, value.segment_type, value.segment_value


def total(evidence: Groups, amount: Callable[[Evidence], Decimal | None]) -> Callable[[Value], Decimal]:
    """A look-up of exact totals by value: the amounts of its group's rows whose event lies in its window."""

    @cache
    def totals(group: Group) -> DatedTotals:
        return DatedTotals((row.event_date, amount(row) or Decimal(0)) for row in evidence.get(group, []))

    return lambda value: within(totals(group_of(value)), value.window, value.period_type)


def test_sums_and_counts_equal_their_evidence(marts: Marts, definitions: Definitions, evidence: Groups) -> None:
    """Each sum and count is the exact total of the rows dated in its window and segment; money to the cent."""
    numerator = total(evidence, lambda row: row.numerator)
    count = total(evidence, lambda _: Decimal(1))
    for value in read_aggregated(marts, definitions, "sum", "count"):
        expected = numerator(value)
        assert value.numerator == expected, value
        assert value.observation_count == int(count(value)), value
        if value.is_unseen:
            assert value.value is None, value
        elif definitions[value.kpi_code].is_money:
            assert is_to_the_cent(value.value, expected), value
        else:
            assert value.value == float(expected), value


def test_ratios_equal_their_evidence(marts: Marts, definitions: Definitions, evidence: Groups) -> None:
    """Each ratio is total over total, divided once; of nothing it is no value; shares carry Wilson's interval."""
    numerator = total(evidence, lambda row: row.numerator)
    denominator = total(evidence, lambda row: row.denominator)
    for value in read_aggregated(marts, definitions, "ratio"):
        above, below = numerator(value), denominator(value)
        assert (value.numerator, value.denominator) == (above, below), value
        if not below or value.is_unseen:
            assert value.value is None, value
            assert value.value_state == ("stale_source" if value.is_unseen else "no_denominator"), value
            continue
        assert value.value is not None, value
        if definitions[value.kpi_code].is_money:
            assert is_to_the_cent(value.value, (above / below).quantize(Decimal("1e-9"))), value
        else:
            assert math.isclose(value.value, above / below, rel_tol=1e-12), value
        if definitions[value.kpi_code].interval_method == "wilson":
            assert value.ci_low is not None and value.ci_high is not None, value
            low, high = wilson(float(above), float(below))
            assert abs(value.ci_low - low) < 1e-9 and abs(value.ci_high - high) < 1e-9, value


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stands on an evening; what no rate converts is not in the amount."""

    amount: Decimal
    count: int
    unconverted: int


@pytest.fixture(scope="module")
def standing(definitions: Definitions, evidence: Groups, rates: Rate) -> Callable[[Value, dt.date], Standing]:
    """A look-up of the stock of a value's segment on any evening."""

    @cache
    def stocks(group: Group) -> Mapping[str | None, tuple[Stock, Stock]]:
        return {
            currency: (Stock(rows), Stock(row._replace(numerator=Decimal(1)) for row in rows))
            for currency, rows in by_currency(evidence.get(group, []), definitions[group[0]]).items()
        }

    def stand(value: Value, day: dt.date) -> Standing:
        amount, count, unconverted = Decimal(0), 0, 0
        for currency, (amounts, counts) in stocks(group_of(value)).items():
            rate = Decimal(1) if currency is None else rates(currency, day)
            if rate is None:
                unconverted += int(counts.on(day))
            else:
                amount += amounts.on(day) * rate
                count += int(counts.on(day))
        return Standing(amount=amount, count=count, unconverted=unconverted)

    return stand


def test_stocks_equal_their_evidence(
    marts: Marts, definitions: Definitions, standing: Callable[[Value, dt.date], Standing]
) -> None:
    """Each stock is what stands on the last evening of its window, or on that before it; money at that day's rate."""
    for value in read_aggregated(marts, definitions, "stock"):
        closing = standing(value, value.window_end)
        opening = standing(value, value.period_start - dt.timedelta(days=1)).amount
        average = (opening + closing.amount) / 2
        expected = {"value": closing.amount, "opening": opening, "average": average}[value.statistic]
        assert value.observation_count == closing.count, value
        if value.is_unseen:
            assert value.value is None, value
        elif definitions[value.kpi_code].is_money:
            assert is_to_the_cent(value.value, expected), value
        else:
            assert value.value == float(expected), value


def by_currency(rows: Iterable[Evidence], definition: Definition) -> Mapping[str | None, list[Evidence]]:
    """Money by the currency that it is in; counts together."""
    sorted_out: dict[str | None, list[Evidence]] = defaultdict(list)
    for row in rows:
        sorted_out[row.currency if definition.is_money else None].append(row)
    return sorted_out


def test_what_was_left_out_is_counted(
    marts: Marts, definitions: Definitions, all_evidence: Groups, standing: Callable[[Value, dt.date], Standing]
) -> None:
    """Each value says how many rows of its window were excluded (all time: ever), or stand without a rate."""
    excluded = {
        group: DatedTotals((row.placed_date, Decimal(1)) for row in rows if row.excluded_reason)
        for group, rows in all_evidence.items()
        if any(row.excluded_reason for row in rows)
    }
    values = read_values(
        marts, "segment_type in ('all', 'region') or period_type = 'all_time'", relation="marts.kpi_values"
    )
    for value in values:
        totals = excluded.get(group_of(value), DatedTotals())
        ever = value.period_type == "all_time"
        expected = totals.everything(dt.date.max) if ever else totals.within(value.window)
        if definitions[value.kpi_code].aggregation == "stock":
            expected += standing(value, value.window_end).unconverted
        assert value.excluded_count == expected, value
    assert sum(value.excluded_count > 0 for value in values) > 1000


@pytest.fixture(scope="module")
def curves(definitions: Definitions, evidence: Groups) -> Callable[[Value], Curve]:
    """The clocks at risk in the window of a value, and the oracle's curve of them."""

    @cache
    def clocks(group: Group) -> Clocks:
        definition = definitions[group[0]]
        return read_clocks(evidence.get(group, []), definition.stop_outcomes, definition.duration_unit or "day")

    @cache
    def curve(group: Group, window: Window) -> Curve:
        place = in_cohort if definitions[group[0]].basis == "cohort" else in_period
        exposures = place(clocks(group), window)
        return exposures, trace(exposures)

    return lambda value: curve(group_of(value), value.window)


@pytest.fixture(scope="module")
def clock_values(marts: Marts) -> list[Value]:
    """Every clock of all time; of the other windows those whose name's digest begins low (one in a hundred)."""
    values = read_values(
        marts,
        """
        kpi_code in (select kpi_code from marts.kpi_definitions where aggregation = 'clock')
        and (
            period_type = 'all_time'
            or md5(concat_ws('|', kpi_code, dimension, segment_type, segment_value, period_type, period_end)) < '03'
        )
        """,
        relation="marts.kpi_values",
    )
    assert len({value.curve for value in values if value.period_type != "all_time"}) > 100
    return values


def test_clocks_equal_the_oracle(clock_values: list[Value], curves: Callable[[Value], Curve]) -> None:
    """Quantiles are the plain loop's to the day, incidences to 1e-9, counts exactly; all of all time, a sample else."""
    for value in clock_values:
        exposures, points = curves(value)
        assert value.observation_count == len(exposures.exit), value
        assert value.event_count == np.count_nonzero(exposures.ending == STOPPED), value
        if value.is_unseen:
            continue
        expected, state = answer(exposures, points, value.statistic)
        assert (value.value is None) == (expected is None), value
        if value.value is None or expected is None:
            assert value.value_state == state, value
        else:
            assert math.isclose(value.value, expected, abs_tol=1e-9), value


def test_cohorts_equal_statsmodels(clock_values: list[Value], curves: Callable[[Value], Curve]) -> None:
    """Incidences of cohorts are CumIncidenceRight's to 1e-9."""
    checked = 0
    for value in clock_values:
        if value.basis == "cohort" and value.statistic.startswith("incidence") and value.value is not None:
            horizon = int(value.statistic.removeprefix("incidence_").removesuffix("d"))
            by_age = aalen_johansen(curves(value)[0])
            expected = max((share for age, share in by_age.items() if age <= horizon), default=0.0)
            assert math.isclose(value.value, expected, abs_tol=1e-9), value
            checked += 1
    assert checked > 100


def test_median_intervals_equal_statsmodels(
    definitions: Definitions, clock_values: list[Value], curves: Callable[[Value], Curve]
) -> None:
    """Where any end will do, the median is SurvfuncRight's, and its interval quantile_ci's on the log-log scale."""
    checked = 0
    for value in clock_values:
        is_bounded = definitions[value.kpi_code].interval_method == "brookmeyer_crowley"
        if is_bounded and value.statistic == "p50" and value.value is not None:
            exposures, _ = curves(value)
            survival = kaplan_meier(exposures)
            assert value.value == survival.surv_times[survival.surv_prob <= 0.5 + 1e-12][0], value
            low, high = median_interval(exposures)
            assert (value.ci_low, value.ci_high) == (low, high), value
            checked += 1
    assert checked > 100


def test_naive_percentiles_equal_their_evidence(marts: Marts, definitions: Definitions, evidence: Groups) -> None:
    """The naive cycle is the lower median of the durations that finished in the window."""
    for value in read_aggregated(marts, definitions, "percentile"):
        durations = sorted(
            row.duration
            for row in evidence[group_of(value)]
            if row.event_date and row.duration is not None and value.period_start <= row.event_date <= value.window_end
        )
        assert value.observation_count == len(durations), value
        assert value.value == (durations[(len(durations) - 1) // 2] if durations else None), value


def test_day_clocks_count_dates(evidence: Groups, definitions: Definitions) -> None:
    """A duration is the difference of two dates, not beyond what its source had shown, and entered before it ended."""
    checked = 0
    for (code, _, kind, _), rows in evidence.items():
        for row in rows if kind == "all" and definitions[code].duration_unit == "day" else []:
            if row.observed_through and row.started_at and row.ended_at and row.duration is not None:
                assert row.duration == (row.ended_at.date() - row.started_at.date()).days >= 0, row
                assert row.ended_at.date() <= row.observed_through, row
                assert (row.entry_duration or -1) < row.duration, row
                checked += 1
    assert checked > 1000


@pytest.mark.parametrize(
    ("whole", "parts"),
    [("all", "partner"), ("all_partners", "region"), ("all_partners", "partner_type"), ("all_partners", "country")],
)
def test_whole_is_the_sum_of_its_parts(marts: Marts, whole: str, parts: str) -> None:
    """What adds up does: everything is the sum over partners; all partners are that over regions, types, countries."""
    differences, checked = marts.execute(
        """
        with additive as (
            select * from marts.kpi_values where numerator is not null
        ),
        sums as (
            select kpi_code, statistic, dimension, period_type, period_end, sum(numerator) as numerator
            from additive where segment_type = $parts group by all
        )
        select count(*) filter (where abs(wholes.numerator - sums.numerator) > 1e-9), count(*)
        from additive as wholes
        inner join sums using (kpi_code, statistic, dimension, period_type, period_end)
        where wholes.segment_type = $whole
        """,
        {"whole": whole, "parts": parts},
    ).fetchall()[0]
    assert differences == 0
    assert checked > 100


def test_derived_values_are_products_of_their_factors(marts: Marts, definitions: Definitions) -> None:
    """Each derived value is the product of its factors, unrounded, in its window and segment; none over nothing."""
    with (SEEDS / "reference" / "kpi_derivations.csv").open(encoding="utf-8") as file:
        derivations = list(csv.DictReader(file))
    codes = sorted({d["factor_code"] for d in derivations} | {d["kpi_code"] for d in derivations})
    values = read_values(marts, f"list_contains(?, kpi_code) and {CHECKED}", [codes], relation="marts.kpi_values")
    known = {(value.kpi_code, value.statistic, value.dimension, *place_of(value)): value for value in values}
    checked = 0
    for value in (value for value in values if definitions[value.kpi_code].aggregation == "derived"):
        factors: list[tuple[Fraction | None, int]] = []
        for factor in (derivation for derivation in derivations if derivation["kpi_code"] == value.kpi_code):
            name = factor["factor_code"], factor["factor_statistic"], factor["factor_dimension"]
            if name[0] == "days_in_window":
                size: Fraction | None = Fraction((value.window_end - value.period_start).days + 1)
            elif (*name, *place_of(value)) in known:
                size = unrounded(known[*name, *place_of(value)])
            else:
                # What never happened there is zero, where it adds up.
                size = Fraction(0) if definitions[name[0]].aggregation in ("sum", "count", "stock") else None
            factors.append((size, int(factor["exponent"])))
        expected = multiply(factors)
        if expected is None or value.is_unseen:
            assert value.value is None, value
        else:
            assert value.value is not None, value
            tolerance = 0.005 + 1e-9 if definitions[value.kpi_code].is_money else 1e-12
            assert math.isclose(value.value, expected, rel_tol=1e-12, abs_tol=tolerance), value
            checked += 1
    assert checked > 1000


def multiply(factors: Iterable[tuple[Fraction | None, int]]) -> Fraction | None:
    """The product of powers; none where a factor is missing or something is divided by nothing."""
    product = Fraction(1)
    for size, exponent in factors:
        if size is None or (size == 0 and exponent < 0):
            return None
        product *= size**exponent
    return product


def place_of(value: Value) -> tuple[str, str, str, dt.date]:
    return value.segment_type, value.segment_value, value.period_type, value.period_end


def unrounded(value: Value) -> Fraction | None:
    """The value before money was rounded."""
    if value.numerator is None:
        return None if value.value is None else Fraction(value.value)
    if value.denominator is None:
        return Fraction(value.numerator)
    return Fraction(value.numerator) / Fraction(value.denominator) if value.denominator else None
