"""Numbers and missing numbers in words."""

import datetime as dt
from decimal import Decimal

import pytest

from publish.figures import (
    describe_exclusion,
    describe_state,
    format_date,
    format_figure,
    name_measure,
)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.4359, "share", "43.6 %"),
        (Decimal("721893.23"), "money", "USD 721,893"),
        (9_999.5, "money", "USD 9,999.50"),
        (50.0, "money", "USD 50"),
        (-20_000.4, "money", "USD -20,000"),
        (78.0, "days", "78 days"),
        (1234.0, "count", "1,234"),
        (None, "count", "-"),
    ],
)
def test_a_figure_carries_its_unit(value: float | Decimal | None, unit: str, said: str) -> None:
    assert format_figure(value, unit, "USD") == said


@pytest.mark.parametrize(
    ("state", "statistic", "said"),
    [
        ("no_denominator", "value", "no deal registrations"),
        ("median_not_reached", "p50", "median not reached"),
        ("median_not_reached", "p75", "third quartile not reached"),
        ("horizon_not_reached", "incidence_120d", "120 days not over"),
        ("horizon_not_reached", "incidence_480bm", "480 business minutes not over"),
        ("stale_source", "value", "source not up to date"),
        ("a_state_of_tomorrow", "value", "a state of tomorrow"),
        ("ok", "value", ""),
    ],
)
def test_a_missing_value_says_why(state: str, statistic: str, said: str) -> None:
    assert describe_state(state, statistic, "deal_registration") == said


def test_a_median_that_was_not_reached_says_what_it_exceeds() -> None:
    assert describe_state("median_not_reached", "p50", "deal", 84) == "median not reached, over 84 days"


def test_a_median_of_minutes_exceeds_minutes() -> None:
    said = describe_state("median_not_reached", "p50", "sla_clock", 480, "business minutes")
    assert said == "median not reached, over 480 business minutes"


def test_a_measure_is_named_by_kpi_statistic_and_dimension() -> None:
    assert name_measure("Win rate", "value", "") == "Win rate"
    assert name_measure("Time to win", "incidence_120d", "registration_approved") == (
        "Time to win, within 120 days (registration approved)"
    )
    assert name_measure("Time to close", "naive_p50", "created") == (
        "Time to close, median of the finished ones (created)"
    )


def test_reasons_and_dates_read_as_words() -> None:
    assert describe_exclusion("missing_amount") == "no amount"
    assert describe_exclusion("a_new_reason") == "a new reason"
    assert format_date(dt.date(2026, 8, 3)) == "3 Aug 2026"
