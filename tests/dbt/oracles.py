"""Second calculations of the KPIs, from their definitions and not from the SQL: loops over evidence, and statsmodels.

Ages and durations are whole days. Shares of a curve are kept with 50 digits, so that a quantile needs no tolerance of
its own. Sources: Kaplan and Meier (1958); Aalen and Johansen (1978); Brookmeyer and Crowley (1982); Wilson (1927).
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
CENSORED, STOPPED, COMPETED = 0, 1, 2
NEVER = 2**31
NORMAL_975 = 1.959963984540054
DIGITS = 50
TIE = Decimal(10) ** (10 - DIGITS)


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch of days, both ends included. `end` is never later than the run's business date."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Clocks as they were observed, in day numbers. `entered` is the first day on which one was under observation."""

    started: Days
    entered: Days
    ended: Days
    ending: Days
    observed_through: Days

    def where(self, chosen: Flags) -> Clocks:
        """The clocks for which the flag is set."""
        return Clocks(
            started=self.started[chosen],
            entered=self.entered[chosen],
            ended=self.ended[chosen],
            ending=self.ending[chosen],
            observed_through=self.observed_through[chosen],
        )


@dataclass(frozen=True, kw_only=True)
class Exposures:
    """Clocks within a window: at risk at the ages after `entry` up to and with `exit`, there ended, or censored."""

    entry: Days
    exit: Days
    ending: Days
    potential: Days


@dataclass(frozen=True, kw_only=True)
class Point:
    """A curve at an age at which something ended."""

    age: int
    at_risk: int
    ended: int
    survival: Decimal
    incidence: Decimal


def observe(*, start: Days, stop: Days, entered: Days, observed_through: Days, competes: Flags) -> Clocks:
    """What is seen of clocks: those that were under observation at all, until they stop or their source falls silent.

    `stop` is NEVER where a clock goes on; `entered` may lie before the start.
    """
    ended = np.minimum(stop, observed_through)
    first_day = np.maximum(start, entered)
    ending = np.where(stop > observed_through, CENSORED, np.where(competes, COMPETED, STOPPED))
    clocks = Clocks(started=start, entered=first_day, ended=ended, ending=ending, observed_through=observed_through)
    return clocks.where((stop >= start) & (first_day <= ended))


def in_period(clocks: Clocks, window: Window) -> Exposures:
    """Basis `period`: clocks that run on a day of the window, from their age on the day before, censored at its end."""
    first_day = np.maximum(clocks.entered, window.start.toordinal())
    last_day = np.minimum(clocks.ended, window.end.toordinal())
    runs = first_day <= last_day
    return Exposures(
        entry=(first_day - clocks.started - 1)[runs],
        exit=(last_day - clocks.started)[runs],
        ending=np.where(clocks.ended <= window.end.toordinal(), clocks.ending, CENSORED)[runs],
        potential=(np.minimum(clocks.observed_through, window.end.toordinal()) - clocks.started)[runs],
    )


def in_cohort(clocks: Clocks, window: Window) -> Exposures:
    """Basis `cohort`: every clock that started in the window, as long as its source shows it."""
    starts = (clocks.started >= window.start.toordinal()) & (clocks.started <= window.end.toordinal())
    chosen = clocks.where(starts)
    return Exposures(
        entry=chosen.entered - chosen.started - 1,
        exit=chosen.ended - chosen.started,
        ending=chosen.ending,
        potential=chosen.observed_through - chosen.started,
    )


def trace(exposures: Exposures) -> list[Point]:
    """Kaplan-Meier survival of any end, Aalen-Johansen incidence of the stop, by age. Ends come before censoring."""
    points = []
    with localcontext() as context:
        context.prec = DIGITS
        survival, incidence = Decimal(1), Decimal(0)
        for age in np.unique(exposures.exit[exposures.ending != CENSORED]):
            at_risk = int(np.count_nonzero((exposures.entry < age) & (exposures.exit >= age)))
            stopped = int(np.count_nonzero((exposures.exit == age) & (exposures.ending == STOPPED)))
            ended = int(np.count_nonzero((exposures.exit == age) & (exposures.ending != CENSORED)))
            incidence += survival * stopped / at_risk
            survival *= 1 - Decimal(ended) / at_risk
            points.append(Point(age=int(age), at_risk=at_risk, ended=ended, survival=survival, incidence=incidence))
    return points


def quantile(points: Sequence[Point], share: Fraction) -> int | None:
    """The first age by which the share has stopped; None where the curve does not get there."""
    with localcontext() as context:
        context.prec = DIGITS
        wanted = Decimal(share.numerator) / share.denominator - TIE
    return next((point.age for point in points if point.incidence >= wanted), None)


def naive_quantile(exposures: Exposures, share: Fraction) -> int | None:
    """The same of the stopped ones alone, as if nothing else existed."""
    durations = sorted(int(age) for age in exposures.exit[exposures.ending == STOPPED])
    return durations[math.ceil(share * len(durations)) - 1] if durations else None


def incidence_at(points: Sequence[Point], horizon: int) -> float:
    """The share that has stopped by the horizon."""
    return float(max((point.incidence for point in points if point.age <= horizon), default=Decimal(0)))


def potential_follow_up(exposures: Exposures) -> int:
    """The highest age that any of the clocks could have been seen at, had it not ended."""
    return int(exposures.potential.max())


def answer(exposures: Exposures, points: Sequence[Point], statistic: str) -> tuple[float | None, str]:
    """The value of a clock's statistic, and its state where it has none.

    Statistics: `p50` (of all), `naive_p50` (of the stopped ones), `incidence_90d`.
    """
    if not exposures.exit.size:
        return None, "no_denominator"
    if statistic.startswith("incidence_"):
        horizon = int(statistic.removeprefix("incidence_").removesuffix("d"))
        if potential_follow_up(exposures) < horizon:
            return None, "horizon_not_reached"
        return incidence_at(points, horizon), "ok"
    share = Fraction(int(statistic.rpartition("p")[2]), 100)
    is_naive = statistic.startswith("naive_")
    age = naive_quantile(exposures, share) if is_naive else quantile(points, share)
    return (None, "median_not_reached") if age is None else (float(age), "ok")


def kaplan_meier(exposures: Exposures) -> SurvfuncRight:
    """Survival of any end by statsmodels; late entry where there is any."""
    late = exposures.entry if (exposures.entry >= 0).any() else None
    with np.errstate(divide="ignore", invalid="ignore"):
        return SurvfuncRight(exposures.exit, (exposures.ending != CENSORED).astype(int), entry=late)


def aalen_johansen(exposures: Exposures) -> Mapping[int, float]:
    """Incidence of the stop by age by statsmodels, which knows no late entry."""
    assert (exposures.entry < 0).all()
    if not (exposures.ending == STOPPED).any():
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = CumIncidenceRight(exposures.exit, exposures.ending)
    return {int(age): float(share) for age, share in zip(curve.times, curve.cinc[STOPPED - 1], strict=True)}


def median_interval(exposures: Exposures) -> tuple[float | None, float | None]:
    """Brookmeyer-Crowley interval of the median on the log-log scale by statsmodels; None = unbounded or undefined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = kaplan_meier(exposures).quantile_ci(0.5, method="cloglog")
    return (float(low) if np.isfinite(low) else None, float(high) if np.isfinite(high) else None)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The shares p0 at which the score test just accepts: the roots of (p - p0)^2 = z^2 p0 (1 - p0) / n."""
    share, squared = successes / trials, NORMAL_975**2 / trials
    middle, product = (2 * share + squared) / (2 * (1 + squared)), share * share / (1 + squared)
    reach = math.sqrt(max(middle * middle - product, 0))
    return middle - reach, middle + reach


class DatedTotals:
    """Amounts on dates that can be totalled for any window, exactly (up to 10^16 with twelve decimals).

    Amounts without a date are in the grand total only.
    """

    def __init__(self, rows: Iterable[tuple[dt.date | None, Decimal]] = ()) -> None:
        known = list(rows)
        dated = sorted((day, amount) for day, amount in known if day is not None)
        self._days = [day for day, _ in dated]
        self._running = list(itertools.accumulate((amount for _, amount in dated), initial=Decimal(0)))
        self._undated = sum((amount for day, amount in known if day is None), Decimal(0))

    def through(self, day: dt.date) -> Decimal:
        """Total of all dates up to and with the day."""
        return self._running[bisect_right(self._days, day)]

    def within(self, window: Window) -> Decimal:
        """Total of the window's days."""
        return self.through(window.end) - self._running[bisect_left(self._days, window.start)]

    def everything(self, until: dt.date) -> Decimal:
        """Total up to the day, and of what has no date."""
        return self.through(until) + self._undated


def is_to_the_cent(published: float | None, amount: Decimal) -> bool:
    """Whether a published amount of money is the exact one, rounded; half a cent may go either way."""
    return published is not None and abs(Decimal(repr(published)) - amount) <= Decimal("0.005")
