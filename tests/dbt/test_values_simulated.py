"""Sums, ratios, stocks, derived values and the grid they stand on, from a handful of facts with sums known by heart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from mechanism import Delivery, Kpi, Simulation, simulate
from oracles import wilson
from published import Value, read_values

AS_OF = dt.date(2025, 12, 17)
EVERYWHERE = ("all", "all_partners", "partner", "region")
Row = dict[str, object]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def fact(code: str, event_date: str | None = None, numerator: str = "1", **more: object) -> Row:
    return {
        "kpi_code": code,
        "partner_id": "partner:1",
        "event_date": None if event_date is None else day(event_date),
        "numerator": numerator,
        **more,
    }


def standing(code: str, since: str, until: str | None = None, numerator: str = "1", **more: object) -> Row:
    ends = None if until is None else day(until)
    return fact(code, None, numerator, valid_from=day(since), valid_to=ends, **more)


def publish(facts: list[Row], kpis: list[Kpi], **more: object) -> list[Value]:
    """All values of facts that a test makes up."""
    rows = pd.DataFrame([{"fact_id": str(number), **row} for number, row in enumerate(facts)])
    simulation = Simulation(as_of=AS_OF, kpis=kpis, facts=rows)
    with simulate(replace(simulation, **more)) as warehouse:  # type: ignore[arg-type]
        return read_values(warehouse)


def pick(values: list[Value], code: str, period_type: str, period_end: str, segment: str = "all") -> Value:
    (found,) = (
        value
        for value in values
        if (value.kpi_code, value.period_type, value.segment_value) == (code, period_type, segment)
        and value.period_end == day(period_end)
        and value.statistic == "value"
    )
    return found


def test_each_window_adds_its_own_days() -> None:
    """An event belongs to each month, quarter, twelve months, fiscal year (from February) and all time that hold it."""
    facts = [fact("won", when) for when in ("2024-12-31", "2025-01-31", "2025-02-01", "2025-12-01", "2025-12-17")]
    values = publish(facts, [Kpi(code="won", aggregation="count")], fiscal_year_start=2)
    assert pick(values, "won", "month", "2025-01-31").value == 1
    assert pick(values, "won", "month", "2025-03-31").value == 0
    assert pick(values, "won", "quarter", "2025-03-31").value == 2
    assert pick(values, "won", "fiscal_ytd", "2025-01-31").value == 2
    assert pick(values, "won", "fiscal_ytd", "2025-12-31").value == 3
    assert pick(values, "won", "trailing_12m", "2025-12-31").value == 4
    assert pick(values, "won", "all_time", "2025-12-17").value == 5
    assert pick(values, "won", "month", "2025-12-31").value_state == "partial_period"


def test_what_has_no_date_counts_in_all_time_only() -> None:
    """Evidence without a date is in the grand total and in no window."""
    values = publish([fact("won"), fact("won", "2025-12-01")], [Kpi(code="won", aggregation="count")])
    assert pick(values, "won", "all_time", "2025-12-17").value == 2
    assert pick(values, "won", "month", "2025-12-31").value == 1


def test_what_is_dated_after_the_run_is_not_counted_yet() -> None:
    """An event after as_of is in no window that ends with as_of."""
    facts = [fact("won", "2025-12-17"), fact("won", "2025-12-18"), fact("won", "2026-01-05")]
    values = publish(facts, [Kpi(code="won", aggregation="count")])
    assert pick(values, "won", "month", "2025-12-31").value == 1
    assert pick(values, "won", "all_time", "2025-12-17").value == 1


def test_ratio_is_divided_once_and_has_wilson_bounds() -> None:
    """Numerators and denominators are added before they are divided; of nothing there is no ratio, and never 0."""
    facts = [fact("rate", "2025-10-01", str(hit), denominator="1") for hit in (1, 0, 0)]
    facts += [fact("rate", "2025-12-01", "1", denominator="1")]
    values = publish(facts, [Kpi(code="rate", aggregation="ratio", interval_method="wilson")])
    rate = pick(values, "rate", "all_time", "2025-12-17")
    assert (rate.value, rate.observation_count) == (0.5, 4)
    assert (rate.ci_low, rate.ci_high) == pytest.approx(wilson(2, 4), abs=1e-12)
    nothing = pick(values, "rate", "month", "2025-11-30")
    assert (nothing.value, nothing.value_state, nothing.ci_low) == (None, "no_denominator", None)


def test_money_is_rounded_once() -> None:
    """Three third-cents make a cent: the total is rounded, not its parts."""
    facts = [fact("money", "2025-12-01", "0.003333333334") for _ in range(3)]
    values = publish(facts, [Kpi(code="money", aggregation="sum", is_money=True)])
    assert pick(values, "money", "all_time", "2025-12-17").value == 0.01


def test_half_cents_go_up() -> None:
    """An exact half cent is rounded up: the total is decimal, not the double beside it."""
    values = publish([fact("money", "2025-12-01", "1.005")], [Kpi(code="money", aggregation="sum", is_money=True)])
    assert pick(values, "money", "all_time", "2025-12-17").value == 1.01


def test_few_observations_are_shown_but_not_reliable() -> None:
    """The catalogue's minimum is one of the denominator; a value below it stays visible."""
    facts = [fact("rate", when, denominator="1") for when in ("2025-11-01", "2025-11-02", "2025-12-01")]
    values = publish(facts, [Kpi(code="rate", aggregation="ratio", min_observations=2)])
    november, december = (pick(values, "rate", "month", end) for end in ("2025-11-30", "2025-12-31"))
    assert (november.value, november.is_reliable) == (1, True)
    assert (december.value, december.is_reliable) == (1, False)


def test_stock_is_what_stands_on_the_last_day() -> None:
    """[valid_from, valid_to): the day it ends it stands no more; opening is the evening before, average their mean."""
    facts = [
        standing("open", "2025-09-30", "2025-10-31"),
        standing("open", "2025-10-31", "2025-12-18"),
        standing("open", "2025-11-30", "2025-11-30"),
        standing("open", "2025-12-18"),
        standing("open", "2025-12-18"),
    ]
    values = publish(facts, [Kpi(code="open", aggregation="stock", statistics=("value", "opening", "average"))])
    by_month = {
        (value.period_end.month, value.statistic): value.value for value in values if value.period_type == "month"
    }
    assert [by_month[month, "value"] for month in (9, 10, 11, 12)] == [1, 1, 1, 1]
    assert [by_month[month, "opening"] for month in (9, 10, 11, 12)] == [0, 1, 1, 1]
    assert by_month[9, "average"] == 0.5


def test_stock_begins_on_its_first_day() -> None:
    """What begins on the day of the run stands on it, also when that is the first of a month."""
    values = publish([standing("open", "2025-12-01")], [Kpi(code="open", aggregation="stock")], as_of=day("2025-12-01"))
    assert pick(values, "open", "month", "2025-12-31").value == 1


def test_stock_of_money_takes_the_rate_of_the_window_s_end() -> None:
    """100 EUR that stand are worth the rate of each window's last day, whenever they came."""
    values = publish(
        [standing("pipeline", "2025-10-01", None, "100", currency="EUR")],
        [Kpi(code="pipeline", aggregation="stock", is_money=True)],
        rates=[(day("2025-10-31"), "USD", "1.1"), (day("2025-11-30"), "USD", "1.2"), (AS_OF, "USD", "1.3")],
    )
    worth = [pick(values, "pipeline", "month", end).value for end in ("2025-10-31", "2025-11-30", "2025-12-31")]
    assert worth == [110, 120, 130]


def test_stock_without_a_rate_says_so() -> None:
    """Money that no rate converts is left out and counted as excluded; it does not just vanish."""
    pipeline = [standing("pipeline", "2025-10-01", None, "100", currency=name) for name in ("USD", "XTS")]
    values = publish(
        pipeline, [Kpi(code="pipeline", aggregation="stock", is_money=True)], rates=[(AS_OF, "USD", "1.1")]
    )
    total = pick(values, "pipeline", "all_time", "2025-12-17")
    assert (total.value, total.observation_count, total.excluded_count) == (100, 1, 1)


def test_reporting_currency_needs_no_rate() -> None:
    """100 USD are 100 USD, whatever finance has delivered."""
    values = publish(
        [standing("pipeline", "2025-10-01", None, "100", currency="USD")],
        [Kpi(code="pipeline", aggregation="stock", is_money=True)],
    )
    assert pick(values, "pipeline", "all_time", "2025-12-17").value == 100


def test_segment_is_the_one_in_force_then() -> None:
    """A partner that moved keeps its old deals in the old region; direct deals are nobody's region, yet in `all`."""
    facts = [
        fact("won", "2025-05-31"),
        fact("won", "2025-06-01"),
        fact("won", "2025-06-02", partner_id="direct"),
        fact("won", "2025-06-02", partner_id="unmatched"),
    ]
    values = publish(
        facts,
        [Kpi(code="won", aggregation="count", segments=EVERYWHERE)],
        regions=[("partner:1", day("1900-01-01"), "EMEA"), ("partner:1", day("2025-06-01"), "APAC")],
    )
    totals = {value.segment_value: value.value for value in values if value.period_type == "all_time" and value.value}
    assert totals == {
        "all": 4, "all_partners": 3, "partner:1": 2, "direct": 1, "unmatched": 1, "EMEA": 1, "APAC": 1, "unknown": 1,
    }  # fmt: skip


def test_source_that_has_shown_nothing_of_a_window_leaves_it_unknown() -> None:
    """What a late source would have shown is not zero: no value after its last date, and `stale_source` around it."""
    values = publish(
        [fact("won", "2025-10-05")],
        [Kpi(code="won", aggregation="count")],
        deliveries=[Delivery(instance="crm", as_of=day("2025-11-20"))],
    )
    states = {
        value.period_end.month: (value.value, value.value_state) for value in values if value.period_type == "month"
    }
    assert states == {10: (1, "ok"), 11: (0, "stale_source"), 12: (None, "stale_source")}


DERIVED = [
    Kpi(code="stalled", aggregation="stock", segments=EVERYWHERE),
    Kpi(code="open", aggregation="stock", segments=EVERYWHERE),
    Kpi(code="stalled_rate", aggregation="derived", segments=EVERYWHERE),
]
STALLED_RATE = [("stalled_rate", "stalled", "value", 1), ("stalled_rate", "open", "value", -1)]


def test_derived_value_is_the_product_of_its_factors() -> None:
    """A rate of two stocks; a denominator of zero leaves no value."""
    facts = [
        standing("stalled", "2025-10-05", "2025-11-05"),
        *[standing("open", "2025-10-01", "2025-11-10") for _ in range(4)],
    ]
    values = publish(facts, DERIVED, derivations=STALLED_RATE)
    assert pick(values, "stalled_rate", "month", "2025-10-31").value == 0.25
    nothing = pick(values, "stalled_rate", "month", "2025-11-30")
    assert (nothing.value, nothing.value_state) == (None, "no_denominator")


def test_factor_that_never_happened_is_zero() -> None:
    """A partner with open deals of which none ever stalled has a stalled rate of 0, not none."""
    facts = [
        standing("stalled", "2025-10-05"),
        standing("open", "2025-10-01"),
        standing("open", "2025-10-01", partner_id="partner:2"),
    ]
    values = publish(facts, DERIVED, derivations=STALLED_RATE)
    assert pick(values, "stalled_rate", "all_time", "2025-12-17", "partner:2").value == 0


def test_first_cohort_is_shown() -> None:
    """Windows begin with the first clock, not with the first stop."""
    clock = {
        "clock_id": "1", "partner_id": "partner:1", "dimension": "", "start_date": day("2025-01-10"),
        "stop_date": day("2025-03-10"), "outcome": "won", "observed_through": AS_OF,
    }  # fmt: skip
    cohort = Kpi(code="won", aggregation="clock", basis="cohort", statistics=("p50",), periods=("month",))
    with simulate(Simulation(as_of=AS_OF, kpis=[cohort], clocks=pd.DataFrame([clock]))) as warehouse:
        first = read_values(warehouse)[0]
    assert (first.period_start, first.value) == (day("2025-01-01"), 59)
