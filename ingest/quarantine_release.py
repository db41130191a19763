"""A refused delivery let in by a person who answers for it, or settled for good. Both write who and why.

A release waives rules about good data. It does not read what could not be read: rejected rows stay rejected, a
file that cannot be parsed stays outside, and history keeps one row per key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb

from ingest import archive, ledger
from ingest.contracts import ExportContract
from ingest.crash_points import passing
from ingest.decisions import Decision, write_decision
from ingest.delivery import Delivery, LoadResult
from ingest.errors import PartnerKpiError
from ingest.judgement import Audit, Judgement, judge
from ingest.load import utc_now
from ingest.parse import effective_contract
from ingest.quarantine import Case
from ingest.reading import Read, read_here
from ingest.verdict import Load

ONE_ROW_PER_KEY = "history.unique_key"


class NotReleasableError(PartnerKpiError):
    """The delivery cannot be let in, whoever asks; the text says what can be done instead."""


class SettledError(PartnerKpiError):
    """There is nothing left to decide about the load."""


def release(
    case: Case,
    delivery: Delivery,
    *,
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    contract: ExportContract,
    audit: Audit,
    suite_version: str,
    run_id: str,
    by: str,
    reason: str,
    also_waived: tuple[str, ...] = (),
    read: Read = read_here,
    now: Callable[[], datetime] = utc_now,
) -> LoadResult:
    """Load the refused `delivery` (made by `refused_delivery`), waiving the rules that it was refused for.

    It is parsed and audited again as it would be today; rules that fail only now need to be in `also_waived`. The
    caller holds the warehouse. Raises SettledError and NotReleasableError; nothing is written then.
    """
    _check_unsettled(case, "open", "discarded")
    contract = effective_contract(delivery, contract)
    with archive.workbenches(home) as bench:
        archive.copy_original(delivery.path, bench / archive.ORIGINAL, case.load.sha256)
        judged = judge(delivery, contract, read(delivery, contract, bench), connection=connection, audit=audit)
        _check_releasable(case, judged, also_waived)
        assert judged.parsed is not None
        load = Load(
            delivery=delivery,
            contract=contract,
            connection=connection,
            home=home,
            bench=bench,
            load_seq=ledger.next_sequence(connection),
            run_id=run_id,
            suite_version=suite_version,
            now=now,
        )
        decision = Decision(
            load_seq=case.load.load_seq,
            decision="released",
            decided_by=by,
            decided_at=now(),
            reason=reason,
            waived_rules=judged.failed,
            released_load_seq=load.load_seq,
        )
        return load.commit(judged.parsed, judged.warnings, release=decision)


def discard(
    case: Case,
    *,
    connection: duckdb.DuckDBPyConnection,
    by: str,
    reason: str,
    now: Callable[[], datetime] = utc_now,
) -> Decision:
    """Settle a refusal: it no longer stands, and its bytes are known for good. Its files stay. Raises SettledError."""
    _check_unsettled(case, "open")
    decision = Decision(
        load_seq=case.load.load_seq, decision="discarded", decided_by=by, decided_at=now(), reason=reason
    )
    write_decision(connection, decision)
    passing("discard.decided")
    return decision


def _check_unsettled(case: Case, *allowed: str) -> None:
    if case.state in allowed:
        return
    number = case.load.load_seq
    if case.state == "judged again":
        raise SettledError(
            f"Load {number} was judged again as load {case.settled_by} and refused again. Decide about "
            f"{case.settled_by}: partner-kpi quarantine show {case.settled_by}"
        )
    into = f" as load {case.settled_by}" if case.settled_by else ""
    raise SettledError(
        f"Load {number} ({case.load.file_name}) is settled: it was {case.state.replace('accepted', 'taken in')}{into}. "
        f"There is nothing to do; partner-kpi quarantine show {number} says how it came about."
    )


def _check_releasable(case: Case, judged: Judgement, also_waived: tuple[str, ...]) -> None:
    name, number = case.load.file_name, case.load.load_seq
    if judged.parsed is None:
        raise NotReleasableError(
            f"{name} (load {number}) cannot be released, because it cannot be read at all: {judged.reason} A release "
            "waives rules; it makes no file readable. Mend the mapping and run again, or have it delivered again."
        )
    if any(rule.rule_id == ONE_ROW_PER_KEY for rule in judged.failed):
        raise NotReleasableError(
            f"{name} (load {number}) cannot be released: {judged.parsed.conflicting_keys} key(s) "
            f"({', '.join(judged.parsed.key)}) have rows that differ, and history has one row per key. Say in the "
            "mapping which one counts (on_duplicate: keep_last_by or reject) and run again, or have it delivered again."
        )
    parsed = judged.parsed
    if parsed.rows_in != parsed.rows_accepted + parsed.rows_rejected + parsed.rows_collapsed:
        raise NotReleasableError(
            f"{name} (load {number}) cannot be released: its rows are not all accounted for, which is a fault of the "
            "program and not of the data. Please report it with the file."
        )
    seen = {rule.rule_id for rule in case.load.failed_rules} | set(also_waived)
    unseen = [rule for rule in judged.failed if rule.rule_id not in seen]
    if unseen:
        said = "; ".join(f"{rule.rule_id}: {rule.message}" for rule in unseen)
        options = " ".join(f"--waive {rule.rule_id}" for rule in unseen)
        raise NotReleasableError(
            f"{name} (load {number}) breaks rules today that it was not refused for: {said}. Look at it again; to "
            f"release it all the same, add {options}"
        )
