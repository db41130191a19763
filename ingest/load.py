"""One delivery on its way in: known? parse, audit, then commit or quarantine.

The audit is handed in, so that this room never imports the gate. Which deliveries and in what order is the
caller's; what a verdict writes is `ingest.verdict`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest import archive, ledger
from ingest.contracts import ExportContract
from ingest.delivery import (
    AuditReportLike,
    Delivery,
    DeliveryFacts,
    LoadResult,
    ParsedDelivery,
    RuleOutcome,
    RuleResultLike,
)
from ingest.errors import DeliveryError
from ingest.facts import delivery_facts
from ingest.ledger import LoadRow
from ingest.parse import effective_contract, parse_delivery
from ingest.verdict import Load
from ingest.warehouse import Limits

Audit = Callable[[Path, DeliveryFacts, ExportContract], AuditReportLike]


def utc_now() -> datetime:
    """Now, UTC without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def take_in(
    delivery: Delivery,
    *,
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    contract: ExportContract,
    audit: Audit,
    suite_version: str,
    run_id: str,
    limits: Limits | None = None,
    now: Callable[[], datetime] = utc_now,
) -> LoadResult:
    """Take one delivery in; the caller holds the warehouse (`open_warehouse`).

    `audit(candidate, facts, contract)` judges the candidate Parquet; `suite_version` is the version of the
    suite it will use. A delivery that cannot be read or fails the audit is quarantined, and everything taken
    in before stays. Raises FileChangedError where the file moved under our hands; nothing is recorded then.
    """
    contract = effective_contract(delivery, contract)
    known = ledger.find_known(connection, delivery, contract_version=contract.version, suite_version=suite_version)
    if known is not None:
        return _duplicate(delivery, known)
    with archive.workbench(home) as bench:
        archive.copy_original(delivery.path, bench / archive.ORIGINAL, delivery.sha256)
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
        try:
            parsed = parse_delivery(delivery, contract, bench, source=bench / archive.ORIGINAL, limits=limits)
        except DeliveryError as error:
            unread = RuleOutcome(rule_id=error.rule, severity="critical", message=str(error))
            return load.quarantine(None, failed=(unread,), warnings=(), reason=str(error))
        report = audit(parsed.parquet, delivery_facts(connection, delivery, contract, parsed), contract)
        warnings = tuple(map(_outcome, report.warnings))
        failed = tuple(map(_outcome, report.failures)) + _own_rules(parsed)
        if report.passed and not failed:
            return load.commit(parsed, warnings)
        said = "; ".join(rule.message for rule in failed) or "the audit did not pass"
        reason = f"{delivery.path.name} was refused as {delivery.export}: {said}"
        return load.quarantine(parsed, failed=failed, warnings=warnings, reason=reason)


def _own_rules(parsed: ParsedDelivery) -> tuple[RuleOutcome, ...]:
    """History needs one row per key, whatever the suite says."""
    if not parsed.conflicting_keys:
        return ()
    rule = RuleOutcome(
        rule_id="history.unique_key",
        severity="critical",
        message=f"{parsed.conflicting_keys} key(s) ({', '.join(parsed.key)}) have rows that differ",
        unexpected_count=parsed.conflicting_keys,
    )
    return (rule,)


def _outcome(rule: RuleResultLike) -> RuleOutcome:
    return RuleOutcome(
        rule_id=rule.rule_id,
        severity=rule.severity,
        message=rule.message,
        unexpected_count=rule.unexpected_count,
    )


def _duplicate(delivery: Delivery, known: LoadRow) -> LoadResult:
    return LoadResult(
        export=delivery.export,
        instance=delivery.instance,
        file_name=delivery.path.name,
        as_of_date=known.as_of_date,
        verdict="duplicate",
        load_seq=known.load_seq,
        reason=known.reason,
    )
