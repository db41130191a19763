"""Quarantine as a person works with it: what lies there, what one refusal means, letting it in or settling it.

How it looks in a terminal is `partner_kpi.quarantine_text`'s; what a release does to the data is
`ingest.quarantine_release`'s.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.gate import open_gate
from expectations.suite import load_suites
from ingest.archive import ORIGINAL, copy_original
from ingest.contracts import load_contracts
from ingest.crash_points import passing
from ingest.decisions import Decision, read_decisions
from ingest.delivery import LoadResult
from ingest.errors import DeliveryError, PartnerKpiError
from ingest.ledger import read_loads
from ingest.parse import effective_contract
from ingest.quarantine import Case, find_case, original_of, read_cases
from ingest.quarantine_effect import Effect, effect_of
from ingest.quarantine_release import discard, release
from ingest.quarantine_retry import refused_delivery
from ingest.reading import open_reader
from ingest.warehouse import open_warehouse
from partner_kpi import road
from partner_kpi.audit import audit_with
from partner_kpi.operations import current_user, record
from partner_kpi.rejections import Rejection, rejections
from partner_kpi.settings import Settings
from partner_kpi.standing import standing_refusals
from publish.generation import current_generation
from publish.kpi_sources import FedKpi, kpis_fed_by


class NoReasonError(PartnerKpiError):
    """A decision without a reason."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A refused load in the list; `stands` where it makes the exit code 3."""

    case: Case
    stands: bool


@dataclass(frozen=True, kw_only=True)
class CaseDetails:
    """One refusal with what it means. `effect` is None where the file cannot be read, `no_effect` says why."""

    entry: Entry
    file: Path
    rejected: tuple[Rejection, ...]
    effect: Effect | None
    no_effect: str | None
    kpis: tuple[FedKpi, ...]


def list_entries(settings: Settings) -> tuple[Entry, ...]:
    """Every refused load, oldest first."""
    loads, decisions = road.ledger(settings), road.decisions(settings)
    standing = {refusal.load_seq for refusal in standing_refusals(loads, decisions)}
    return tuple(Entry(case=case, stands=case.load.load_seq in standing) for case in read_cases(loads, decisions))


def show_case(settings: Settings, wanted: str) -> CaseDetails:
    """Open one refusal: its file is read again, and compared with the rows that hold at its date."""
    entries = list_entries(settings)
    case = find_case([entry.case for entry in entries], wanted)
    with open_warehouse(settings.warehouse, read_only=True) as connection:
        rejected = _rejected(connection, case)
        effect, no_effect = _effect(settings, connection, case)
    generation = current_generation(settings.published)
    return CaseDetails(
        entry=next(entry for entry in entries if entry.case == case),
        file=original_of(settings.home, case.load),
        rejected=rejected,
        effect=effect,
        no_effect=no_effect,
        kpis=kpis_fed_by(generation.database, case.load.export) if generation else (),
    )


def release_case(
    settings: Settings, wanted: str, *, reason: str, by: str | None = None, also_waived: tuple[str, ...] = ()
) -> LoadResult:
    """Waive the failed rules of a refusal and load it. Raises what `ingest.quarantine_release.release` does."""
    who, why = by or current_user(), _said(reason)
    contracts = load_contracts()
    suites = load_suites(contracts, own=settings.suites)
    with (
        road.hold_home(settings),
        open_gate() as gate,
        open_reader(settings.read_limits()) as reader,
        open_warehouse(settings.warehouse, contracts=contracts, limits=settings.limits()) as connection,
    ):
        case = _find(connection, wanted)
        contract = contracts.exports[case.load.export]
        result = release(
            case,
            refused_delivery(settings.home, case.load, contracts=contracts, home_vendors=settings.vendors),
            connection=connection,
            home=settings.home,
            contract=contract,
            audit=audit_with(gate, suites),
            suite_version=suites[contract.source].version,
            run_id=f"release-of-{case.load.load_seq}",
            by=who,
            reason=why,
            also_waived=also_waived,
            read=reader.read,
        )
        passing("release.loaded")
        waived = [rule.rule_id for rule in result.failed_rules]
        ids = {**_ids(case), "released_load_seq": result.load_seq, "waived_rules": waived}
        record(settings, "release", who=who, why=why, result="accepted", ids=ids)
    return result


def discard_case(settings: Settings, wanted: str, *, reason: str, by: str | None = None) -> Decision:
    """Settle a refusal for good; its file and reason stay readable. Raises SettledError."""
    who, why = by or current_user(), _said(reason)
    with road.hold_home(settings), open_warehouse(settings.warehouse) as connection:
        case = _find(connection, wanted)
        decision = discard(case, connection=connection, by=who, reason=why)
        record(settings, "discard", who=who, why=why, result="discarded", ids=_ids(case))
    return decision


def as_json(answer: Entry | CaseDetails | tuple[Entry, ...]) -> str:
    """For machines."""
    plain = [asdict(entry) for entry in answer] if isinstance(answer, tuple) else asdict(answer)
    return json.dumps(plain, default=str, indent=2, ensure_ascii=False)


def _find(connection: duckdb.DuckDBPyConnection, wanted: str) -> Case:
    return find_case(read_cases(read_loads(connection), read_decisions(connection)), wanted)


def _said(reason: str) -> str:
    if not reason.strip():
        raise NoReasonError("A release or discard needs a reason that somebody can read later: --reason TEXT")
    return reason.strip()


def _ids(case: Case) -> dict[str, object]:
    row = case.load
    return {"load_seq": row.load_seq, "export": row.export, "instance": row.instance, "file": row.file_name}


def _rejected(connection: duckdb.DuckDBPyConnection, case: Case) -> tuple[Rejection, ...]:
    contract = load_contracts().exports.get(case.load.export)
    return rejections(connection, "ledger.rejected_rows where load_seq = $1", [case.load.load_seq], contract)


def _effect(settings: Settings, connection: duckdb.DuckDBPyConnection, case: Case) -> tuple[Effect | None, str | None]:
    contracts = load_contracts()
    try:
        delivery = refused_delivery(settings.home, case.load, contracts=contracts, home_vendors=settings.vendors)
        contract = effective_contract(delivery, contracts.exports[case.load.export])
        with TemporaryDirectory() as folder, open_reader(settings.read_limits()) as reader:
            bench = Path(folder)
            copy_original(delivery.path, bench / ORIGINAL, delivery.sha256)
            parsed = reader.read(delivery, contract, bench)()
            return effect_of(connection, delivery, contract, parsed), None
    except (DeliveryError, PartnerKpiError) as error:
        return None, str(error)
