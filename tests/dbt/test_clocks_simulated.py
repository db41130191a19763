"""The clock mechanism against known truth: durations drawn from a law, seen through censoring and late entry.

A published number agrees with the truth within four standard errors; the reading that the mechanism avoids does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from mechanism import Delivery, Kpi, Simulation, simulate
from oracles import (
    NEVER,
    Exposures,
    Point,
    Window,
    aalen_johansen,
    answer,
    in_cohort,
    in_period,
    kaplan_meier,
    median_interval,
    trace,
)
from populations import Population, draw
from published import Value, read_values

AS_OF = dt.date(2025, 12, 31)
FIRST_START = dt.date(2023, 1, 1)
LATE_SINCE = dt.date(2025, 6, 30)
ALL_TIME = Window(start=dt.date(1900, 1, 1), end=AS_OF)
HORIZONS = (30, 90, 180, 365)

# Hazards per day.
ENDS, ENDS_SLOWLY, WINS, LOSES = 0.01, 0.002, 0.004, 0.008


def share_ended(age: int, hazard: float) -> float:
    """Probability to have ended by an age: F(t) = 1 - (1 - h)^(t + 1)."""
    return float(1 - (1 - hazard) ** (age + 1))


def share_won(age: int) -> float:
    """Cumulative incidence of the win with a competing loss, both with constant hazards."""
    return WINS / (WINS + LOSES) * share_ended(age, WINS + LOSES)


def sampling_error(points: list[Point], age: int) -> float:
    """Four standard errors of a share among those still at risk at the age; a curve's is no larger."""
    at_risk = next(point.at_risk for point in reversed(points) if point.age <= age)
    return float(4 * 0.5 / np.sqrt(at_risk))


def assert_median_is_true(median: float | None, points: list[Point], hazard: float) -> None:
    """The true curve passes one half at the published median, within the sampling error there."""
    assert median is not None
    error = sampling_error(points, int(median))
    assert share_ended(int(median) - 1, hazard) - error <= 0.5 <= share_ended(int(median), hazard) + error


def drawn(rng: np.random.Generator, size: int, hazards: dict[str, float], *, partners: int = 1) -> Population:
    """Clocks that start evenly over three years and are seen until their end."""
    return draw(
        rng, size, first_start=FIRST_START, last_start=AS_OF, observed_through=AS_OF, hazards=hazards, partners=partners
    )


def entering_late(rng: np.random.Generator) -> Population:
    """Only those that are still running when they come under observation, up to 200 days after their start."""
    everyone = drawn(rng, 9000, {"won": ENDS})
    entered = everyone.start + rng.integers(0, 201, len(everyone.start))
    seen = (everyone.stop >= entered) & (entered <= AS_OF.toordinal())
    return Population(
        start=everyone.start[seen],
        stop=everyone.stop[seen],
        outcome=everyone.outcome[seen],
        entered=entered[seen],
        observed_through=everyone.observed_through[seen],
        partner=everyone.partner[seen],
    )


def with_late_source(rng: np.random.Generator) -> Population:
    """Half of the clocks come from a source that has shown nothing since the end of June."""
    punctual = drawn(rng, 4000, {"won": ENDS})
    is_late = rng.random(4000) < 0.5
    observed = np.where(is_late, LATE_SINCE.toordinal(), punctual.observed_through)
    return replace(punctual, observed_through=observed, stop=np.where(punctual.stop > observed, NEVER, punctual.stop))


@pytest.fixture(scope="module")
def populations() -> dict[str, Population]:
    rng = np.random.default_rng(20260831)
    late_entry = entering_late(rng)
    return {
        "censored": drawn(rng, 4000, {"won": ENDS}),
        "slow": drawn(rng, 2000, {"won": ENDS_SLOWLY}),
        "competing": drawn(rng, 4000, {"won": WINS, "lost": LOSES}),
        "late entry": late_entry,
        "late entry ignored": replace(late_entry, entered=late_entry.start),
    }


@pytest.fixture(scope="module")
def warehouse(populations: dict[str, Population]) -> Iterator[duckdb.DuckDBPyConnection]:
    quantiles = ("p25", "p50", "p75", "p90", "naive_p50")
    simulation = Simulation(
        as_of=AS_OF,
        kpis=[
            Kpi(
                code="end", aggregation="clock", statistics=quantiles, interval_method="brookmeyer_crowley",
                periods=("month", "trailing_12m", "all_time"),
            ),
            Kpi(
                code="win", aggregation="clock", statistics=quantiles, horizons=HORIZONS, stop_outcomes=("won",),
                periods=("trailing_12m", "all_time"),
            ),
            Kpi(
                code="end_of_cohort", aggregation="clock", basis="cohort", statistics=quantiles,
                interval_method="brookmeyer_crowley", periods=("quarter", "all_time"),
            ),
            Kpi(
                code="win_of_cohort", aggregation="clock", basis="cohort", horizons=HORIZONS, statistics=("p50",),
                stop_outcomes=("won",), periods=("quarter", "all_time"),
            ),
        ],
        clocks=pd.concat([population.frame(case) for case, population in populations.items()]),
    )  # fmt: skip
    with simulate(simulation) as connection:
        yield connection


def values(
    warehouse: duckdb.DuckDBPyConnection, code: str, statistic: str, case: str, period_type: str = "all_time"
) -> list[Value]:
    found = read_values(
        warehouse,
        "kpi_code = ? and statistic = ? and dimension = ? and period_type = ?",
        [code, statistic, case, period_type],
    )
    assert found
    return found


def test_kaplan_meier_median_is_true_under_censoring(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """With geometric durations and even starts the median of all time is the law's, within sampling error."""
    for case, hazard in (("censored", ENDS), ("slow", ENDS_SLOWLY)):
        (median,) = values(warehouse, "end", "p50", case)
        points = trace(in_period(populations[case].clocks(), ALL_TIME))
        assert_median_is_true(median.value, points, hazard)


def test_naive_median_of_slow_clocks_is_too_short(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """Beside it, the median of the finished ones alone misses the truth by more than sampling error."""
    (naive,) = values(warehouse, "end", "naive_p50", "slow")
    assert naive.value is not None
    points = trace(in_period(populations["slow"].clocks(), ALL_TIME))
    assert share_ended(int(naive.value), ENDS_SLOWLY) < 0.5 - sampling_error(points, int(naive.value))


def test_every_trailing_window_shows_the_same_law(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """No window's median drifts: not the first ones, nor the last ones, where most clocks are still running."""
    clocks = populations["censored"].clocks()
    medians = values(warehouse, "end", "p50", "censored", "trailing_12m")
    settled = [median for median in medians if median.window_end >= dt.date(2023, 12, 31)]
    assert len(settled) == 25
    for median in settled:
        assert_median_is_true(median.value, trace(in_period(clocks, median.window)), ENDS)


def test_running_clocks_do_not_pile_up_in_the_last_month(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Months scatter around the truth and the last one is no exception, although it holds all that is open."""
    medians = values(warehouse, "end", "p50", "censored", "month")
    settled = [m for m in medians if m.window_end >= dt.date(2024, 1, 31)]
    shares = np.array([share_ended(int(m.value), ENDS) for m in settled if m.value is not None])
    assert len(shares) == len(settled) == 24
    scatter = shares.std(ddof=1)
    assert abs(shares.mean() - 0.5) <= 4 * scatter / np.sqrt(len(shares))
    assert abs(shares[-1] - shares.mean()) <= 2.5 * scatter


def test_competing_ends_have_their_own_incidence(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """Incidence of the win is the law's at each horizon; to call losses censored would overstate it by far."""
    points = trace(in_period(populations["competing"].clocks(["won"]), ALL_TIME))
    for code in ("win", "win_of_cohort"):
        for horizon in HORIZONS:
            (incidence,) = values(warehouse, code, f"incidence_{horizon}d", "competing")
            assert incidence.value == pytest.approx(share_won(horizon), abs=sampling_error(points, horizon))
    assert share_ended(180, WINS) > share_won(180) + sampling_error(points, 180)


def test_median_of_a_win_that_most_never_see_is_not_reached(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Two thirds are lost in the end, so that one half is never won: no median, whatever the naive one says."""
    (median,) = values(warehouse, "win", "p50", "competing")
    (naive,) = values(warehouse, "win", "naive_p50", "competing")
    assert (median.value, median.value_state) == (None, "median_not_reached")
    assert naive.value is not None


def test_late_entry_is_no_merit(warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]) -> None:
    """Clocks that had to survive until they were seen give the true median; taken as seen at once, a longer one."""
    points = trace(in_period(populations["late entry"].clocks(), ALL_TIME))
    for code in ("end", "end_of_cohort"):
        (median,) = values(warehouse, code, "p50", "late entry")
        (ignoring,) = values(warehouse, code, "p50", "late entry ignored")
        assert_median_is_true(median.value, points, ENDS)
        assert ignoring.value is not None
        assert share_ended(int(ignoring.value) - 1, ENDS) > 0.5 + sampling_error(points, int(ignoring.value))


def test_late_source_does_not_turn_waiting_into_a_fact() -> None:
    """Clocks of a source that fell silent leave the risk set then; taken for open, they would lengthen the median."""
    population = with_late_source(np.random.default_rng(11))
    simulation = Simulation(
        as_of=AS_OF,
        kpis=[Kpi(code="end", aggregation="clock", statistics=("p50",), periods=("trailing_12m",))],
        clocks=population.frame("late source"),
        deliveries=[Delivery(instance="punctual", as_of=AS_OF), Delivery(instance="late", as_of=LATE_SINCE)],
    )
    with simulate(simulation) as warehouse:
        medians = values(warehouse, "end", "p50", "late source", "trailing_12m")[-6:]
    for median in medians:
        points = trace(in_period(population.clocks(), median.window))
        assert median.value_state == "stale_source"
        assert_median_is_true(median.value, points, ENDS)
    taken_for_open = replace(population, observed_through=np.full_like(population.stop, AS_OF.toordinal()))
    exposures = in_period(taken_for_open.clocks(), Window(start=dt.date(2025, 7, 1), end=AS_OF))
    wrong, _ = answer(exposures, points := trace(exposures), "p50")
    assert wrong is not None
    assert share_ended(int(wrong) - 1, ENDS) > 0.5 + sampling_error(points, int(wrong))


def test_curves_equal_the_oracles(warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]) -> None:
    """Each value of each window is the plain loop's: quantiles to the day, incidences to 1e-12, counts exactly."""
    curves: dict[object, tuple[Exposures, list[Point]]] = {}
    for published in read_values(warehouse):
        if published.curve not in curves:
            stops = ["won"] if published.kpi_code.startswith("win") else None
            place = in_cohort if published.basis == "cohort" else in_period
            exposures = place(populations[published.dimension].clocks(stops), published.window)
            curves[published.curve] = exposures, trace(exposures)
        exposures, points = curves[published.curve]
        expected, state = answer(exposures, points, published.statistic)
        assert published.value == pytest.approx(expected, abs=1e-12), published
        assert published.value is not None or published.value_state == state, published
        assert published.observation_count == len(exposures.exit), published
        assert published.event_count == np.count_nonzero(exposures.ending == 1), published


def test_cohort_curves_equal_statsmodels(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """The stored curves of cohorts are those of SurvfuncRight (late entry too) and CumIncidenceRight, to 1e-9."""
    rows = warehouse.execute(
        "select kpi_code, dimension, age, survival, incidence from int_clock_curves"
        " inner join int_kpi_series using (series_id) inner join int_periods using (window_id)"
        " where kpi_code like '%of_cohort' and period_type = 'all_time' and ended > 0 order by all"
    ).fetchall()
    assert rows
    curves = pd.DataFrame(rows, columns=["code", "case", "age", "survival", "incidence"])
    for key, curve in curves.groupby(["code", "case"]):
        code, case = map(str, key)
        stops = ["won"] if code == "win_of_cohort" else None
        exposures = in_cohort(populations[case].clocks(stops), ALL_TIME)
        survival = kaplan_meier(exposures)
        np.testing.assert_array_equal(curve["age"], survival.surv_times)
        np.testing.assert_allclose(curve["survival"], survival.surv_prob, rtol=0, atol=1e-9)
        if (exposures.entry < 0).all():
            incidence = aalen_johansen(exposures)
            expected = [incidence[age] for age in curve["age"]]
            np.testing.assert_allclose(curve["incidence"], expected, rtol=0, atol=1e-9)


def test_median_interval_equals_statsmodels(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """Where nothing competes the interval is quantile_ci's on the log-log scale: late entry too, and some open ones."""
    checked = 0
    for code, place in (("end", in_period), ("end_of_cohort", in_cohort)):
        for median in read_values(warehouse, "kpi_code = ? and statistic = 'p50' and value is not null", [code]):
            low, high = median_interval(place(populations[median.dimension].clocks(), median.window))
            assert (median.ci_low, median.ci_high) == (low, high), median
            checked += high is None
    assert checked > 10


def test_median_interval_covers_the_truth() -> None:
    """Of 200 groups of 60 clocks, the 95 % interval holds the true median in about 95 %."""
    population = drawn(np.random.default_rng(7), 12_000, {"won": ENDS}, partners=200)
    truth = next(age for age in range(1000) if share_ended(age, ENDS) >= 0.5)
    simulation = Simulation(
        as_of=AS_OF,
        kpis=[
            Kpi(
                code="end", aggregation="clock", statistics=("p50",), interval_method="brookmeyer_crowley",
                segments=("partner",), periods=("all_time",), partner_periods=("all_time",),
            )
        ],
        clocks=population.frame("coverage"),
    )  # fmt: skip
    with simulate(simulation) as warehouse:
        medians = read_values(warehouse)
    covered = [
        m.ci_low is not None and m.ci_low <= truth and (m.ci_high is None or truth <= m.ci_high) for m in medians
    ]
    assert len(covered) == 200
    assert 0.91 <= np.mean(covered) <= 0.99
