"""The road from inbox to scorecard as plain functions: pull, load, build, publish; `refresh` walks all of it.

The command line and Dagster both call these. What a step does inside is its room's business; here is only the order,
and what happens when there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.gate import open_gate
from expectations.suite import load_suites
from ingest.contracts import load_contracts
from ingest.crash_points import passing
from ingest.decisions import Decision, read_decisions
from ingest.delivery import Delivery, LoadResult
from ingest.errors import PartnerKpiError
from ingest.inbox import Inbox, find_deliveries, find_policies
from ingest.ledger import LoadRow, read_loads
from ingest.load import Arrival, Intake, utc_now
from ingest.lock import hold_lock
from ingest.pulling.arrival import arrive
from ingest.reading import open_reader
from ingest.timings import phase
from ingest.warehouse import open_warehouse
from partner_kpi.audit import audit_with
from partner_kpi.dbt_process import DbtProcess
from partner_kpi.generation_facts import generation_facts
from partner_kpi.operations import record
from partner_kpi.operations_missing import write_missing
from partner_kpi.owner_only import for_readers, owner_only
from partner_kpi.pinned import is_withdrawn
from partner_kpi.second_look import refused_again
from partner_kpi.settings import PROJECT, Settings
from partner_kpi.warehouse_build import BuildPlan, clear_builds, plan_build
from publish.generation import Generation, current_generation, publish_generation
from publish.pin import drop_pin, read_pin
from publish.workbook import write_workbook

POLICY_FOLDER = PROJECT / "seeds" / "reference"


class NothingToShowError(PartnerKpiError):
    """No delivery that a business date could come from was ever accepted."""


@dataclass(frozen=True, kw_only=True)
class Narrator:
    """Who hears how the run goes: a sentence per step, each load's result, and counts of long work."""

    tell: Callable[[str], None]
    loaded: Callable[[LoadResult], None]
    progress: Callable[[int, int], None]


@contextmanager
def hold_home(settings: Settings) -> Iterator[None]:
    """One run at a time in a home; the folder is made if missing. Raises WarehouseBusy naming the process that runs.

    What is written meanwhile is for its owner only (`partner_kpi.owner_only`).
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with hold_lock(settings.home / "run.lock"), owner_only():
        yield


@phase("pull")
def pull(settings: Settings, *, run_id: str | None = None) -> Inbox:
    """What lies in the inbox and among the policies: deliveries in the order to load them, and what nobody claims.

    An inbox on a server is fetched first, once for each `run_id`. Refused deliveries whose mapping, contract or suite
    changed come last, also where the inbox has them no more.
    Raises InboxError where there is no inbox.
    """
    contracts = load_contracts()
    received_at = utc_now()
    policies = find_policies(
        POLICY_FOLDER, settings.policies, contracts=contracts, home_vendors=settings.vendors, received_at=received_at
    )
    arrived = arrive(settings.inbox, home=settings.home, access=settings.access, run_id=run_id)
    inbox = find_deliveries(
        arrived.folder,
        contracts=contracts,
        home_vendors=settings.vendors,
        received_at=received_at,
        leave_out=arrived.leave_out,
    )
    lying = policies.deliveries + inbox.deliveries
    passing("pull.looked")
    again = refused_again(settings, ledger(settings), decisions(settings), present=lying)
    problems = policies.problems + arrived.problems + inbox.problems + again.problems
    return Inbox(deliveries=lying + again.deliveries, problems=problems)


def load(
    settings: Settings,
    deliveries: tuple[Delivery, ...],
    *,
    run_id: str,
    loaded: Callable[[LoadResult], None],
    starting: Callable[[], object] = lambda: None,
) -> list[LoadResult]:
    """Take the deliveries in, one after the other: each is parsed, audited, and committed or quarantined.

    `starting` is called before the first file is read: there is something new, and what is needed for it can be made
    ready beside.
    """
    contracts = load_contracts()
    suites = load_suites(contracts, own=settings.suites)
    results = []

    def arrivals() -> Iterator[Arrival]:
        for delivery in deliveries:
            contract = contracts.exports[delivery.export]
            yield Arrival(delivery=delivery, contract=contract, suite_version=suites[contract.source].version)

    with (
        open_gate() as gate,
        open_reader(settings.read_limits(), starting=starting) as reader,
        open_warehouse(settings.warehouse, contracts=contracts, limits=settings.limits()) as connection,
    ):
        write_missing(settings, read_loads(connection), read_decisions(connection))
        intake = Intake(
            connection=connection,
            home=settings.home,
            audit=audit_with(gate, suites),
            run_id=run_id,
            read=reader.read,
        )
        for result in intake.take_in(arrivals()):
            results.append(result)
            if result.verdict != "duplicate":
                _record_load(settings, result, run_id)
                passing("load.recorded")
            loaded(result)
    return results


def ledger(settings: Settings) -> list[LoadRow]:
    """Every load so far; empty where nothing was ever loaded."""
    if not settings.warehouse.is_file():
        return []
    with open_warehouse(settings.warehouse, read_only=True) as connection:
        return read_loads(connection)


def decisions(settings: Settings) -> list[Decision]:
    """What people decided about refused loads; empty where nothing was ever loaded."""
    if not settings.warehouse.is_file():
        return []
    with open_warehouse(settings.warehouse, read_only=True) as connection:
        return read_decisions(connection)


def plan(settings: Settings, loads: list[LoadRow]) -> BuildPlan:
    """The build that the settings and the ledger ask for.

    Business date: the settings' own, else the newest as-of date among the exports that set it (DECISIONS.md).
    Raises NothingToShowError where there is none.
    """
    known = [row for row in loads if settings.known_at is None or row.committed_at <= settings.known_at]
    setting = {name for name, export in load_contracts().exports.items() if export.as_of_required}
    dated = [row.as_of_date for row in known if row.verdict == "accepted" and row.export in setting and row.as_of_date]
    as_of: date | None = settings.as_of or max(dated, default=None)
    if as_of is None or not dated:
        raise NothingToShowError(
            f"Nothing was accepted yet that a scorecard could be made of: it needs {' or '.join(sorted(setting))}."
        )
    last = known[-1]
    return plan_build(settings, as_of=as_of, known_sequence=last.load_seq, known_at=last.committed_at)


def is_published(settings: Settings, build_plan: BuildPlan) -> bool:
    """Whether what readers see is already this build, or was put in its place by a rollback."""
    current = current_generation(settings.published)
    if current is not None and current.manifest.facts.build_fingerprint == build_plan.fingerprint:
        return True
    pin = read_pin(settings.published)
    return pin is not None and is_withdrawn(settings, build_plan, pin, ledger(settings))


@phase("dbt")
def build(
    settings: Settings,
    build_plan: BuildPlan,
    *,
    dbt: DbtProcess,
    run_id: str,
    progress: Callable[[int, int], None],
) -> Path:
    """Build and test the marts in a file of their own; gives the log. Raises BuildFailedError."""
    clear_builds(settings)
    passing("build.cleared")
    settings.logs.mkdir(parents=True, exist_ok=True)
    log = settings.logs / f"dbt-{run_id}.log"
    ids = {"run_id": run_id, "as_of": build_plan.as_of, "known_sequence": build_plan.known_sequence, "log": log.name}
    try:
        dbt.build(build_plan, log, progress=progress)
    except PartnerKpiError as error:
        record(settings, "build", result="failed", ids=ids, why=str(error))
        raise
    record(settings, "build", result="built", ids=ids)
    passing("build.finished")
    return log


@phase("publish")
def publish(settings: Settings, build_plan: BuildPlan, loads: list[LoadRow]) -> Generation:
    """Make the finished build the generation that readers see."""
    facts = generation_facts(settings, build_plan, loads)
    ids = {"as_of": build_plan.as_of, "known_sequence": build_plan.known_sequence}
    try:
        with for_readers():
            generation = publish_generation(build_plan.file, settings.published, facts)
    except PartnerKpiError as error:
        record(settings, "publish", result="failed", ids=ids, why=str(error))
        raise
    passing("publish.pointed")
    record(settings, "publish", result="published", ids={"generation": generation.number, **ids})
    passing("publish.recorded")
    drop_pin(settings.published)
    passing("publish.pin_dropped")
    clear_builds(settings)
    return generation


def published(settings: Settings) -> Generation:
    """What readers see now. Raises NothingToShowError before the first publication."""
    generation = current_generation(settings.published)
    if generation is None:
        raise NothingToShowError(f"Nothing is published in {settings.published} yet: start with `partner-kpi run`.")
    return generation


@phase("workbook")
def scorecard(settings: Settings, generation: Generation) -> Path:
    """The leadership workbook of a generation; written once."""
    number = generation.manifest.generation
    target = settings.scorecards / f"partner_scorecard_{generation.manifest.facts.as_of_date}_gen-{number:06d}.xlsx"
    if not target.is_file():
        with for_readers():
            settings.scorecards.mkdir(parents=True, exist_ok=True)
            write_workbook(generation.database, target)
    return target


def _record_load(settings: Settings, result: LoadResult, run_id: str) -> None:
    ids = {
        "run_id": run_id,
        "load_seq": result.load_seq,
        "export": result.export,
        "instance": result.instance,
        "as_of": result.as_of_date,
        "file": result.file_name,
    }
    record(settings, "load", result=result.verdict, ids=ids, why=result.reason or "")
