"""Ramps and certifications drawn at random, from what the systems show to the published value, against the oracles.

Leaving, failing and withdrawing compete; the truth is known, and dbt's own facts and evidence stand in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from enablement import LMS, show_attempts, show_ramps
from mechanism import Delivery, Kpi, Simulation, simulate
from oracles import NEVER, Window, aalen_johansen, answer, in_cohort, in_period, kaplan_meier, trace
from populations import Population, draw
from published import Value, read_values

AS_OF = dt.date(2025, 12, 17)
ALL_TIME = Window(start=dt.date(1900, 1, 1), end=AS_OF)
STOPS = {"ramp": ["reached"], "certification": ["issued"]}


def clock(code: str, basis: str, stop: str) -> Kpi:
    return Kpi(
        code=code, aggregation="clock", basis=basis, statistics=("p25", "p50", "p75"), horizons=(30, 90, 180, 365),
        stop_outcomes=(stop,), periods=("quarter", "trailing_12m", "all_time"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def populations() -> dict[str, Population]:
    rng = np.random.default_rng(20251217)
    span = {"first_start": dt.date(2024, 3, 1), "last_start": AS_OF, "observed_through": AS_OF}
    return {
        "ramp": draw(rng, 900, **span, hazards={"reached": 0.006, "left": 0.002}),
        "certification": draw(rng, 1500, **span, hazards={"issued": 0.02, "withdrawn": 0.008, "failed": 0.005}),
    }


@pytest.fixture(scope="module")
def warehouse(populations: dict[str, Population]) -> Iterator[duckdb.DuckDBPyConnection]:
    exports = ("crm.opportunities", "lms.enrollments", "lms.certificates", "lms.learners")
    simulation = Simulation(
        as_of=AS_OF,
        kpis=[
            clock("ramp_time", "cohort", "reached"),
            clock("ramp_time_period", "period", "reached"),
            clock("ramp_time_while_active", "cohort", "reached"),
            clock("certification_time_cohort", "cohort", "issued"),
            clock("certification_time", "period", "issued"),
            Kpi(code="net_active_certifications", aggregation="stock", periods=("month",)),
            Kpi(code="activation_rate_90d", aggregation="ratio", basis="cohort", periods=("quarter",)),
        ],
        deliveries=[Delivery(instance=LMS, export=export, as_of=AS_OF) for export in exports],
        families=("ramp", "certification_attempts", "certification"),
        tables=show_ramps(populations["ramp"]) | show_attempts(populations["certification"]),
    )
    with simulate(simulation) as connection:
        yield connection


def family(value: Value) -> str:
    return value.kpi_code.partition("_")[0]


def test_clocks_equal_the_plain_loop(warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]) -> None:
    """Each quantile and incidence of each window, of both bases, is the plain loop's over the drawn clocks."""
    codes = ["ramp_time", "ramp_time_period", "certification_time", "certification_time_cohort"]
    checked = set()
    for value in read_values(warehouse, "list_contains(?, kpi_code)", [codes]):
        place = in_cohort if value.basis == "cohort" else in_period
        exposures = place(populations[family(value)].clocks(STOPS[family(value)]), value.window)
        expected, state = answer(exposures, trace(exposures), value.statistic)
        assert value.value == pytest.approx(expected, abs=1e-12), value
        assert value.value is not None or value.value_state == state, value
        assert (value.observation_count, value.event_count) == (
            len(exposures.exit),
            np.count_nonzero(exposures.ending == 1),
        ), value
        checked.add(value.curve)
    assert len(checked) > 40


def test_incidences_of_cohorts_equal_statsmodels(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """The stored curves of time to certificate and of ramps are CumIncidenceRight's, to 1e-9."""
    for code in ("ramp_time", "certification_time_cohort"):
        curve = read_curve(warehouse, code)
        name = code.partition("_")[0]
        expected = aalen_johansen(in_cohort(populations[name].clocks(STOPS[name]), ALL_TIME))
        np.testing.assert_allclose(curve["incidence"], [expected[age] for age in curve["age"]], rtol=0, atol=1e-9)


def test_ramp_while_active_is_kaplan_meier(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """With leavers followed until they left and no longer, survival is SurvfuncRight's; it promises too much."""
    drawn = populations["ramp"]
    left = drawn.outcome == "left"
    staying = replace(
        drawn,
        stop=np.where(left, NEVER, drawn.stop),
        observed_through=np.where(left, np.minimum(drawn.stop, drawn.observed_through), drawn.observed_through),
    )
    expected = kaplan_meier(in_cohort(staying.clocks(["reached"]), ALL_TIME))
    curve = read_curve(warehouse, "ramp_time_while_active")
    np.testing.assert_array_equal(curve["age"], expected.surv_times)
    np.testing.assert_allclose(curve["survival"], expected.surv_prob, rtol=0, atol=1e-9)
    reached = read_curve(warehouse, "ramp_time")["incidence"].iloc[-1]
    assert 1 - curve["survival"].iloc[-1] > reached


def test_activation_counts_whom_it_could_follow(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """Those of the quarter that started at least ninety days ago, the quick ones of later days not among them."""
    drawn = populations["ramp"]
    followed = drawn.start + 90 <= AS_OF.toordinal()
    quick = (drawn.outcome == "reached") & (drawn.stop <= drawn.start + 90)
    for value in read_values(warehouse, "kpi_code = 'activation_rate_90d'"):
        started = (drawn.start >= value.window.start.toordinal()) & (drawn.start <= value.window.end.toordinal())
        assert value.denominator == int(np.count_nonzero(started & followed)), value
        assert value.numerator == int(np.count_nonzero(started & followed & quick)), value


def test_active_certifications_equal_a_count_of_people(
    warehouse: duckdb.DuckDBPyConnection, populations: dict[str, Population]
) -> None:
    """At each month's end: issued, within 200 days, and the person not gone a hundred days after enrolling."""
    drawn = populations["certification"]
    issued = np.where((drawn.outcome == "issued") & (drawn.stop <= AS_OF.toordinal()), drawn.stop, NEVER)
    leaves = np.where(np.arange(len(issued)) % 5 == 0, drawn.start + 100, NEVER)
    values = read_values(warehouse, "kpi_code = 'net_active_certifications'")
    assert len(values) > 15
    for value in values:
        day = value.window.end.toordinal()
        standing = (issued <= day) & (day <= issued + 200) & (day < leaves)
        assert value.value == np.count_nonzero(standing), value


def read_curve(warehouse: duckdb.DuckDBPyConnection, code: str) -> pd.DataFrame:
    return warehouse.execute(
        "select age, survival, incidence from int_clock_curves"
        " inner join int_kpi_series using (series_id) inner join int_periods using (window_id)"
        " where kpi_code = ? and period_type = 'all_time' and ended > 0 order by age",
        [code],
    ).df()
