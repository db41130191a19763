"""One whole run: everything on the road that is due, in order, and a report of it.

Nothing new and nothing changed: nothing is loaded, no dbt is started, no generation is published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ingest.crash_points import passing
from ingest.delivery import LoadResult
from ingest.inbox import Inbox
from ingest.ledger import LoadRow
from ingest.load import utc_now
from ingest.timings import timed_phases
from partner_kpi import road
from partner_kpi.dbt_process import DbtProcess, open_dbt
from partner_kpi.retention import clean_up
from partner_kpi.settings import Settings
from partner_kpi.standing import Refusal, standing_refusals
from partner_kpi.warehouse_build import BuildPlan
from partner_kpi.watch import watched


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a run did. `refusals` stand refused now, whichever run it was; `problems` never became deliveries.

    `seconds` is how long each phase took.
    """

    run_id: str
    as_of: date
    generation: int
    is_new_generation: bool
    results: tuple[LoadResult, ...]
    problems: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    database: Path
    workbook: Path
    seconds: Mapping[str, float]

    @property
    def exit_code(self) -> int:
        """0 well; 3 published, but something stands refused."""
        return 3 if self.problems or self.refusals else 0

    def as_json(self) -> str:
        """The report for machines."""
        return json.dumps({"exit_code": self.exit_code, **asdict(self)}, default=str, indent=2)


def refresh(
    settings: Settings,
    *,
    narrator: road.Narrator,
    builder: Callable[[Settings], AbstractContextManager[DbtProcess]] = open_dbt,
) -> RunReport:
    """Pull, load, build, publish, scorecard. Raises PartnerKpiError where nothing could be published."""
    run_id = new_run_id()
    with (
        timed_phases() as seconds,
        watched(settings, run_id) as watch,
        road.hold_home(settings),
        builder(settings) as dbt,
    ):
        watch.begin()
        narrator.tell(f"Looking into {settings.inbox}")
        inbox = road.pull(settings, run_id=run_id)
        results = road.load(settings, inbox.deliveries, run_id=run_id, loaded=narrator.loaded, starting=dbt.start)
        loads = road.ledger(settings)
        refusals = standing_refusals(loads, road.decisions(settings))
        plan = _plan(settings, loads, inbox, refusals)
        is_new = not road.is_published(settings, plan)
        if is_new:
            narrator.tell(f"Building the marts as of {plan.as_of}")
            road.build(settings, plan, dbt=dbt, run_id=run_id, progress=narrator.progress)
            narrator.tell("Publishing")
            road.publish(settings, plan, loads)
        generation = road.published(settings)
        workbook = road.scorecard(settings, generation)
        report = RunReport(
            run_id=run_id,
            as_of=generation.manifest.facts.as_of_date,
            generation=generation.number,
            is_new_generation=is_new,
            results=tuple(results),
            problems=tuple(str(problem) for problem in inbox.problems),
            refusals=refusals,
            database=settings.published / "current" / generation.database.name,
            workbook=workbook,
            seconds={name: round(each, 3) for name, each in seconds.items()},
        )
        write_report(settings, report)
        passing("report.written")
        watch.published(problems=report.problems, refused=bool(report.refusals))
        clean_up(settings, loads, now=utc_now())
    return report


def _plan(settings: Settings, loads: list[LoadRow], inbox: Inbox, refusals: tuple[Refusal, ...]) -> BuildPlan:
    """The build that is due; where nothing can be shown yet, also why: what was refused or not understood."""
    try:
        return road.plan(settings, loads)
    except road.NothingToShowError as error:
        reasons = [str(problem) for problem in inbox.problems] + [each.reason for each in refusals]
        raise road.NothingToShowError(" ".join([str(error), *reasons])) from error


def new_run_id() -> str:
    """Names a run by its start; sorts by time, and the process tells apart those of one second."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"


def write_report(settings: Settings, report: RunReport) -> None:
    """The run's report among the logs."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    (settings.logs / f"run-{report.run_id}.json").write_text(report.as_json() + "\n", encoding="utf-8")
