"""A window is written the same way it is read."""

import datetime as dt

import pytest

from publish.periods import parse_period, period_code


@pytest.mark.parametrize(
    ("text", "period_type", "end"),
    [
        ("2026-08", "month", dt.date(2026, 8, 31)),
        ("2024-02", "month", dt.date(2024, 2, 29)),
        ("2026-Q3", "quarter", dt.date(2026, 9, 30)),
        ("ttm-2026-08", "trailing_12m", dt.date(2026, 8, 31)),
        ("fytd-2026-08", "fiscal_ytd", dt.date(2026, 8, 31)),
    ],
)
def test_a_written_window_has_a_type_and_a_last_day(text: str, period_type: str, end: dt.date) -> None:
    assert parse_period(text) == (period_type, end)
    assert period_code(period_type, end) == text


def test_all_is_all_time_and_has_no_end_of_its_own() -> None:
    assert parse_period("ALL") == parse_period("all_time") == ("all_time", None)
    assert period_code("all_time", dt.date(2026, 8, 31)) == "all"


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "2026-Q5", "08-2026", "ttm-2026-Q3", "last month"])
def test_anything_else_is_not_a_window(text: str) -> None:
    assert parse_period(text) is None
