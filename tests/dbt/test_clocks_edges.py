"""The clock mechanism on cases small enough to compute by hand. Each case is a dimension of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from mechanism import Kpi, Simulation, simulate
from published import Value, read_values

AS_OF = dt.date(2025, 12, 31)
QUANTILES = ("p25", "p50", "p75", "p90", "naive_p25", "naive_p50", "naive_p75", "naive_p90")
TIES = range(2, 41)
Row = dict[str, object]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def clock(
    start: str,
    days: int | None = None,
    outcome: str = "won",
    *,
    entered: str | None = None,
    observed_through: dt.date = AS_OF,
) -> Row:
    """A clock that stops so many days after its start, or runs on."""
    started = day(start)
    return {
        "partner_id": "partner:1",
        "start_date": started,
        "stop_date": None if days is None else started + dt.timedelta(days=days),
        "outcome": outcome,
        "entered_date": None if entered is None else day(entered),
        "observed_through": observed_through,
    }


CASES: dict[str, list[Row]] = {
    **{f"{size} ends": [clock("2025-01-10", age) for age in range(1, size + 1)] for size in TIES},
    "all running": [clock("2025-10-01"), clock("2025-10-02"), clock("2025-12-31")],
    "lost first": [clock("2025-03-03", 5, "lost"), clock("2025-03-03", 10)],
    "old enough": [clock("2025-10-02")],
    "a day too young": [clock("2025-10-03")],
    "one": [clock("2025-03-03", 10)],
    "same day": [clock("2025-03-03", 0), clock("2025-03-03", 0), clock("2025-03-04", 0), clock("2025-03-03", 5)],
    "over new month": [clock("2025-03-31", 1)],
    "long": [clock("2025-01-15", 100), clock("2025-02-15")],
    "seen on last day": [clock("2025-03-03", 10, entered="2025-03-13")],
    "seen too late": [clock("2025-03-03", 10, entered="2025-03-14"), clock("2025-03-03", 20)],
    "backwards": [clock("2025-03-03", -1), clock("2025-03-03", 20)],
    "not shown yet": [clock("2025-12-01", 5, observed_through=day("2025-11-30")), clock("2025-03-03", 20)],
    "stopped in silence": [clock("2025-03-03", 20, observed_through=day("2025-03-13")), clock("2025-03-03", 30)],
    "open interval": [clock("2025-03-03", age) for age in (10, 20, 30, None)],
    "lost only": [clock("2025-03-03", 15, "lost")],
    "quick": [clock("2024-03-03", 5), clock("2024-03-04", 6, "lost")],
    "slow cohort": [clock("2025-03-03", 60), clock("2025-05-05", 5)],
}  # fmt: skip


Published = dict[tuple[str, str, str, str, str], Value]


@pytest.fixture(scope="module")
def values() -> Published:
    rows = [
        {**row, "clock_id": f"{case}-{number}", "dimension": case}
        for case, clocks in CASES.items()
        for number, row in enumerate(clocks)
    ]
    end = Kpi(
        code="end", aggregation="clock", statistics=QUANTILES, min_events=2, periods=("month", "quarter", "all_time")
    )
    win = replace(end, code="win", horizons=(0, 30, 90), stop_outcomes=("won",))
    simulation = Simulation(
        as_of=AS_OF,
        clocks=pd.DataFrame(rows),
        kpis=[
            replace(end, interval_method="brookmeyer_crowley"),
            win,
            replace(win, code="win_of_cohort", basis="cohort"),
        ],
    )
    with simulate(simulation) as warehouse:
        return {
            (value.dimension, value.statistic, value.kpi_code, value.period_type, str(value.period_start)): value
            for value in read_values(warehouse)
        }


def published(
    values: Published,
    case: str,
    statistic: str,
    code: str = "end",
    period: tuple[str, str] = ("all_time", "1900-01-01"),
) -> Value:
    return values[case, statistic, code, *period]


@pytest.mark.parametrize("percent", [25, 50, 75, 90])
def test_quantile_is_the_first_age_at_which_the_share_is_reached(values: Published, percent: int) -> None:
    """Of n that end one a day, the quantile is the n p-th, rounded up; where n p is whole, S(t) is 1 - p exactly."""
    for size in TIES:
        expected = -(-size * percent // 100)
        for code in ("end", "win", "win_of_cohort"):
            for statistic in (f"p{percent}", f"naive_p{percent}"):
                assert published(values, f"{size} ends", statistic, code).value == expected, (size, statistic)


def test_nothing_ended(values: Published) -> None:
    """Clocks that all run have no quantile, but say how long at least; 0 has stopped as far as they were followed."""
    median = published(values, "all running", "p50")
    assert (median.value, median.value_state, median.is_reliable) == (None, "median_not_reached", False)
    assert (median.observation_count, median.event_count) == (3, 0)
    assert (median.ci_low, median.ci_high) == (91, None)
    for code in ("win", "win_of_cohort"):
        assert published(values, "all running", "naive_p50", code).value is None
        assert published(values, "all running", "incidence_90d", code).value == 0


def test_horizon_is_reached_on_its_day(values: Published) -> None:
    """Followed for 90 days, a clock has an incidence at 90 days; followed for 89, it has none yet."""
    for code in ("win", "win_of_cohort"):
        reached = published(values, "old enough", "incidence_90d", code)
        too_early = published(values, "a day too young", "incidence_90d", code)
        assert (reached.value, reached.value_state) == (0, "ok")
        assert (too_early.value, too_early.value_state) == (None, "horizon_not_reached")


def test_window_ends_what_can_be_followed(values: Published) -> None:
    """By the end of March the oldest clock could be 75 days old: none at 90 days yet; a quarter later there is."""
    first = published(values, "long", "incidence_90d", "win", ("quarter", "2025-01-01"))
    second = published(values, "long", "incidence_90d", "win", ("quarter", "2025-04-01"))
    assert (first.value, first.value_state) == (None, "horizon_not_reached")
    assert second.value == 0


def test_loss_competes(values: Published) -> None:
    """Of two clocks one is lost, then one won: half are won; to call the loss censored would make it all of them."""
    for code in ("win", "win_of_cohort"):
        assert published(values, "lost first", "incidence_30d", code).value == 0.5


def test_single_clock(values: Published) -> None:
    """One finished clock is every quantile, has no interval, and is no reliable value."""
    for statistic in QUANTILES:
        value = published(values, "one", statistic)
        assert (value.value, value.ci_low, value.ci_high) == (10, None, None)
        assert (value.observation_count, value.event_count, value.is_reliable) == (1, 1, False)


def test_same_day_is_age_zero(values: Published) -> None:
    """Who stops on the day of the start was at risk on it: three of four at age 0."""
    assert published(values, "same day", "p75").value == 0
    assert published(values, "same day", "p90").value == 5
    for code in ("win", "win_of_cohort"):
        assert published(values, "same day", "incidence_0d", code).value == 0.75


def test_clock_runs_in_each_month_it_touches(values: Published) -> None:
    """Started on the last of March, stopped on the first of April: at risk in both months, stopped in the second."""
    march = published(values, "over new month", "p50", period=("month", "2025-03-01"))
    april = published(values, "over new month", "p50", period=("month", "2025-04-01"))
    assert (march.value, march.observation_count, march.event_count) == (None, 1, 0)
    assert (april.value, april.observation_count, april.event_count) == (1, 1, 1)


def test_clock_counts_once_in_a_window_of_several_months(values: Published) -> None:
    """The observations of a quarter are the clocks that ran in it, not their months."""
    counts = [
        published(values, "long", "p50", period=("quarter", start)).observation_count
        for start in ("2025-01-01", "2025-04-01", "2025-07-01")
    ]
    assert counts == [2, 2, 1]
    assert published(values, "long", "p50").observation_count == 2


def test_cohort_is_followed_beyond_its_window(values: Published) -> None:
    """Of the clocks that started in January, the one stopped in April counts, for January only."""
    january = published(values, "long", "p50", "win_of_cohort", ("quarter", "2025-01-01"))
    april = published(values, "long", "p50", "win_of_cohort", ("quarter", "2025-04-01"))
    assert (january.value, january.observation_count, january.event_count) == (100, 2, 1)
    assert (april.value, april.value_state, april.observation_count) == (None, "no_denominator", 0)


def test_seen_from_the_day_of_the_stop(values: Published) -> None:
    """A clock that comes under observation on its last day is at risk on that day."""
    median = published(values, "seen on last day", "p50")
    assert (median.value, median.observation_count, median.event_count) == (10, 1, 1)


@pytest.mark.parametrize("case", ["seen too late", "backwards", "not shown yet"])
def test_unusable_clock_is_left_out_and_counted(values: Published, case: str) -> None:
    """Stopped before it was seen or before its start, or started after its source fell silent: excluded and counted."""
    median = published(values, case, "p50")
    assert (median.value, median.observation_count, median.excluded_count) == (20, 1, 1)


def test_what_happened_after_the_last_delivery_is_not_known(values: Published) -> None:
    """A stop after observed_through is a clock censored there, not a duration."""
    median = published(values, "stopped in silence", "p50")
    assert (median.value, median.observation_count, median.event_count) == (30, 2, 1)


def test_interval_that_never_closes_has_no_end(values: Published) -> None:
    """Where survival is near one half up to the last end, nothing bounds the median from above."""
    median = published(values, "open interval", "p50")
    assert (median.value, median.ci_low, median.ci_high) == (20, 10, None)


def test_naive_median_of_nothing(values: Published) -> None:
    """Where nothing was won there is no naive median of winning, whatever was lost."""
    for code in ("win", "win_of_cohort"):
        assert published(values, "lost only", "naive_p50", code).value is None


def test_horizon_is_reached_by_what_could_have_been_followed(values: Published) -> None:
    """That all clocks ended soon does not hide the incidence: each could have been followed for two years."""
    for code in ("win_of_cohort", "win"):
        assert published(values, "quick", "incidence_90d", code).value == 0.5
