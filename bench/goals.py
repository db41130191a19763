"""What is asked of the speed of the warehouse, each as a ratio of two things that were measured in one run.

A goal holds for one size; at another its figure is shown without a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.process_tree import Cost
from bench.scenarios import Scenario

LOADING = ("pull", "parse", "gate", "commit")
QUERY_MILLISECONDS = 50.0


@dataclass(kw_only=True)
class Measured:
    """All figures of one size. `files` and `bytes` are those of the first delivery."""

    size: str
    files: int
    bytes: int
    scenarios: list[Scenario] = field(default_factory=list)
    floors: dict[str, Cost] = field(default_factory=dict)
    models: Cost | None = None
    bare_build: Cost | None = None
    rival: Cost | None = None
    queries: dict[str, float] = field(default_factory=dict)
    first_of_medium: float | None = None

    def scenario(self, name: str) -> Scenario:
        """A scenario by its name."""
        return next(each for each in self.scenarios if each.name == name)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A goal with what was measured. `applies` is the size it is set for."""

    goal: str
    limit: float
    figure: float
    unit: str
    applies: bool

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.applies:
            return "set for another size"
        return "met" if self.figure <= self.limit else "not met"


def judge_goals(measured: Measured) -> list[Judged]:
    """Every goal that these figures say something about."""
    return list(_judge(measured))


def _judge(measured: Measured) -> Iterator[Judged]:
    medium = measured.size == "medium"
    first, again = measured.scenario("first load"), measured.scenario("unchanged")
    day = measured.scenario("daily change")
    whole = first.cost.wall_seconds
    loading = sum(first.phases.get(name, 0.0) for name in LOADING)
    read, plain = measured.floors["bare CSV read"], measured.floors["compiled SQL"]
    yield _ratio("load / bare CSV read", 3, loading / read.wall_seconds, medium)
    if measured.models:
        yield _ratio(
            "dbt, models only / their SQL in plain DuckDB",
            1.3,
            measured.models.wall_seconds / plain.wall_seconds,
            medium,
        )
    if measured.rival:
        rival = measured.rival
        yield _ratio("first load, everything / rival", 3, whole / rival.wall_seconds, medium)
        yield _ratio("its memory / the rival's", 0.5, first.cost.peak_bytes / rival.peak_bytes, medium)
        yield _ratio("daily change / rival, which starts over", 0.7, day.cost.wall_seconds / rival.wall_seconds, medium)
    yield _ratio("unchanged / first load", 0.02, again.cost.wall_seconds / whole, medium)
    yield _ratio("daily change / first load", 0.2, day.cost.wall_seconds / whole, medium)
    if measured.size == "large":
        if measured.first_of_medium:
            yield _ratio("large / medium, first load", 4.4, whole / measured.first_of_medium, True)
        gigabytes = first.cost.peak_bytes / 2**30
        yield Judged(goal="memory of the first load", limit=8, figure=gigabytes, unit="GiB", applies=True)
    if measured.bare_build:
        yield _ratio("whole run on the sample / bare `dbt build`", 1.5, whole / measured.bare_build.wall_seconds, True)
    slowest = max(measured.queries.values(), default=0.0)
    yield Judged(
        goal="slowest of ten dashboard queries, 95th percentile, four clients",
        limit=QUERY_MILLISECONDS,
        figure=slowest,
        unit="ms",
        applies=medium,
    )


def _ratio(goal: str, limit: float, figure: float, applies: bool) -> Judged:
    return Judged(goal=goal, limit=limit, figure=figure, unit="x", applies=applies)
