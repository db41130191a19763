"""The plain loops behind the facts, on examples small enough to do by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from bench.facts_calendar import count_open_seconds, count_seconds, is_open
from bench.facts_clocks import incidence_by, incidence_median, plain_median, survival_quantile
from bench.facts_money import Rates, to_cents
from bench.workload_office_hours import count_office_seconds
from bench.workload_times import to_moment

CLOCKS = [(3, "won"), (5, "lost"), (5, ""), (8, "won"), (13, "lost"), (21, ""), (34, "won")]


def test_survival_quantile_agrees_with_a_package() -> None:
    """The loop gives the quartiles that statsmodels gives."""
    curve = SurvfuncRight([days for days, _ in CLOCKS], [bool(end) for _, end in CLOCKS])
    for share in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)):
        assert survival_quantile(CLOCKS, share) == curve.quantile(float(share))


def test_survival_quantile_may_never_come() -> None:
    """With most still waiting there is no median."""
    assert survival_quantile([(1, "won"), (9, ""), (9, "")], Fraction(1, 2)) is None


def test_competing_ends_add_up_to_all_ends() -> None:
    """Won and lost incidence together are one minus survival."""
    both = incidence_by(CLOCKS, ("won",), 13) + incidence_by(CLOCKS, ("lost",), 13)
    assert both == pytest.approx(incidence_by(CLOCKS, ("won", "lost"), 13))
    assert incidence_by(CLOCKS, ("won",), 3) == pytest.approx(1 / 7)
    assert incidence_median([(2, "won"), (4, "lost"), (6, "won")], ("won",)) == 6


def test_a_median_between_two_numbers_is_no_fact() -> None:
    """Conventions differ on it, so none is stated."""
    assert plain_median([1, 2, 3, 4]) is None
    assert plain_median([4, 2, 2, 1]) == 2


def test_rates_look_back_a_week_and_no_further() -> None:
    """Christmas takes the rate of the last day before; a currency that ended has none after a week."""
    rates = Rates()
    assert rates.quote("USD", date(2025, 12, 25)) == rates.quote("USD", date(2025, 12, 24))
    assert rates.quote("BGN", date(2026, 1, 5)) == Decimal("1.9558")
    assert rates.quote("BGN", date(2026, 1, 20)) is None
    assert rates.in_dollars(Decimal(10), "USD", date(2025, 12, 25)) == Decimal(10)
    assert to_cents(Decimal("0.125")) == "0.13"


def test_open_minutes_by_hand() -> None:
    """Weekends, holidays and nights are closed, and a change of the clocks moves the opening."""
    hour = 3_600
    assert count_open_seconds("2026-06-12 14:00", "2026-06-15 08:00", "default") == 2 * hour
    assert count_open_seconds("2025-12-24 14:00", "2025-12-29 10:00", "default") == 4 * hour
    assert count_open_seconds("2026-03-27 15:00", "2026-03-30 08:00", "default") == 2 * hour
    assert count_open_seconds("2026-03-06 22:00", "2026-03-09 13:00", "americas") == 2 * hour
    assert count_open_seconds("2026-03-29 00:30", "2026-03-29 01:20", "none") == 3_000
    assert not is_open(datetime(2026, 4, 6, 10, tzinfo=UTC), "default")


@pytest.mark.parametrize("calendar", ["default", "americas", "apac"])
def test_days_and_minutes_agree(calendar: str) -> None:
    """Counting day by day gives what asking minute by minute gives, over both changes of the clocks."""
    for start, stop in (("2025-10-23 05:10", "2025-11-04 21:35"), ("2026-03-05 12:00", "2026-04-08 07:01")):
        moments = [int(datetime.fromisoformat(f"{text}+00:00").timestamp()) for text in (start, stop)]
        assert count_seconds(*moments, calendar) == count_open_seconds(start, stop, calendar)


def test_the_desk_of_the_sample_knows_no_holidays() -> None:
    """Its own office hours, for whole columns, agree with the calendar where no holiday lies between."""
    spans = [("2026-03-27 15:00", "2026-03-30 08:00"), ("2025-10-24 14:00", "2025-10-27 09:00")]
    spans += [("2026-06-12 14:00", "2026-06-15 08:00"), ("2026-07-01 02:00", "2026-07-19 23:00")]
    starts, stops = (np.array([to_moment(span[side]) for span in spans]) for side in (0, 1))
    counted = count_office_seconds(starts, stops).tolist()
    assert counted == [count_open_seconds(*span, "default") for span in spans]
    christmas = np.array([to_moment("2025-12-24 14:00")]), np.array([to_moment("2025-12-29 10:00")])
    assert count_office_seconds(*christmas).tolist() == [20 * 3_600]
