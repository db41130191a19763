"""A past scorecard beside the present one: built for a business date, as known today or at an earlier moment.

Policies pass through the ledger like any delivery, so that the cut through the loads gives those in force then.
Settings and the models are today's. What readers see is never touched.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from ingest.contracts import load_contracts
from ingest.ledger import LoadRow
from partner_kpi import road
from partner_kpi.dbt_process import open_dbt
from partner_kpi.generation_facts import generation_facts
from partner_kpi.operations import record
from partner_kpi.owner_only import for_readers
from partner_kpi.refresh import new_run_id
from partner_kpi.settings import Settings
from partner_kpi.warehouse_build import BuildPlan, clear_builds
from publish.generation import Generation, verify_generation
from publish.replays import find_replay, publish_replay, refuse_taken, workbook_name


@dataclass(frozen=True, kw_only=True)
class ReplayReport:
    """A replay and where it lies; `known_at` is when the last load that it knows was committed."""

    as_of: date
    known_at: datetime
    known_sequence: int
    is_new: bool
    database: Path
    workbook: Path

    def as_json(self) -> str:
        """The report for machines."""
        return json.dumps(asdict(self), default=str, indent=2)


def replay(settings: Settings, *, out: Path | None = None, narrator: road.Narrator) -> ReplayReport:
    """Build the scorecard of `settings.as_of` as known at `settings.known_at` (None: today) into a folder of its own.

    One that is there already and would come out the same stays. Raises NothingToShowError where nothing had been
    accepted for the date, BuildFailedError, and the errors of `publish_replay`.
    """
    with road.hold_home(settings):
        loads = road.ledger(settings)
        plan = plan_replay(settings, loads)
        directory = out or settings.replays / folder_name(settings, plan)
        refuse_taken(directory)
        found = find_replay(directory)
        is_new = found is None or found.manifest.facts.build_fingerprint != plan.fingerprint
        if found is None or is_new:
            found = _build(settings, plan, loads, directory, narrator)
        else:
            verify_generation(found)
    facts = found.manifest.facts
    return ReplayReport(
        as_of=plan.as_of,
        known_at=plan.known_at,
        known_sequence=plan.known_sequence,
        is_new=is_new,
        database=found.database,
        workbook=found.directory / workbook_name(facts),
    )


def plan_replay(settings: Settings, loads: list[LoadRow]) -> BuildPlan:
    """The build of a replay. Raises NothingToShowError where its date lies before everything that was accepted."""
    plan = road.plan(settings, loads)
    decisive = {name for name, export in load_contracts().exports.items() if export.as_of_required}
    shown = [
        row.as_of_date
        for row in loads
        if row.verdict == "accepted"
        and row.export in decisive
        and row.as_of_date
        and row.load_seq <= plan.known_sequence
    ]
    if plan.as_of < min(shown):
        raise road.NothingToShowError(
            f"Nothing that was known at {plan.known_at:%Y-%m-%d %H:%M} UTC is as old as {plan.as_of}: the first "
            f"delivery is of {min(shown)}. Name that date or a later one."
        )
    return plan


def folder_name(settings: Settings, plan: BuildPlan) -> str:
    """`asof-2026-07-31`, with `_known-20260805T061500` where a moment was asked for."""
    if settings.known_at is None:
        return f"asof-{plan.as_of}"
    fraction = f"{settings.known_at:.%f}" if settings.known_at.microsecond else ""
    return f"asof-{plan.as_of}_known-{settings.known_at:%Y%m%dT%H%M%S}{fraction}"


def _build(
    settings: Settings, plan: BuildPlan, loads: list[LoadRow], directory: Path, narrator: road.Narrator
) -> Generation:
    narrator.tell(f"Building the marts as of {plan.as_of}, as known at {plan.known_at:%Y-%m-%d %H:%M} UTC")
    with open_dbt(settings) as dbt:
        road.build(settings, plan, dbt=dbt, run_id=f"replay-{new_run_id()}", progress=narrator.progress)
    narrator.tell("Publishing beside")
    with for_readers():
        generation = publish_replay(plan.file, directory, generation_facts(settings, plan, loads))
    clear_builds(settings)
    ids = {"as_of": plan.as_of, "known_sequence": plan.known_sequence, "folder": directory}
    record(settings, "replay", result="published", ids=ids)
    return generation
