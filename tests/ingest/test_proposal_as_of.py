"""Where the as-of date stands: in the name where its form tells it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.proposal.as_of import NamePattern, name_pattern, newest_day


@pytest.mark.parametrize(
    ("name", "pattern", "written"),
    [
        ("Opportunity_2026-08-31.csv", "Opportunity_{as_of}.csv", "%Y-%m-%d"),
        ("deals20260831.csv", "deals{as_of}.csv", "%Y%m%d"),
        ("deals_20260831_060500.csv", "deals_{as_of}_*.csv", "%Y%m%d"),
        ("deals_2026-08-31T06-05-00Z.csv", "deals_{as_of}T*.csv", "%Y-%m-%d"),
        ("deals 31.08.2026.csv", "deals {as_of}.csv", "%d.%m.%Y"),
        ("deals-08-31-2026.csv", "deals-{as_of}.csv", "%m-%d-%Y"),
    ],
)
def test_a_date_in_the_name(name: str, pattern: str, written: str) -> None:
    """Pattern and strptime form are what the mapping will say."""
    assert name_pattern(name) == NamePattern(pattern=pattern, written=written, as_of=date(2026, 8, 31))


@pytest.mark.parametrize("name", ["sales_pipeline.csv", "deals_2026-13-45.csv", "report_v2.csv", "id_1234567890.csv"])
def test_a_name_without_a_date(name: str) -> None:
    """The name stands for itself."""
    assert name_pattern(name) == NamePattern(pattern=name)


def test_which_number_is_the_day_is_asked() -> None:
    """03.04.2026 may be either; another file's 31.03.2026 proves it."""
    assert name_pattern("d_03.04.2026.csv").choices == ("%d.%m.%Y", "%m.%d.%Y")
    assert name_pattern("d_03.04.2026.csv", ["d_31.03.2026.csv"]).as_of == date(2026, 4, 3)


def test_the_newest_day_that_can_have_been_seen() -> None:
    """An expected close date in the future is no as-of date."""
    values = ("2026-08-31", "2027-01-01", "2026-09-02T10:00:00Z", "soon", "2026-02-30")
    assert newest_day(values, before=date(2026, 11, 22)) == date(2026, 9, 2)
    assert newest_day(("x",), before=date(2026, 11, 22)) is None
