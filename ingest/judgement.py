"""One delivery read and audited: the part of a load that decides, without anything being kept.

What follows from it (commit, quarantine) is `ingest.load`'s and `ingest.verdict`'s; a dry run stops here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.contracts import ExportContract
from ingest.crash_points import passing
from ingest.delivery import AuditReportLike, Delivery, DeliveryFacts, ParsedDelivery, RuleOutcome, RuleResultLike
from ingest.errors import DeliveryError, FileChangedError
from ingest.facts import delivery_facts
from ingest.reading import Reading
from ingest.timings import phase

Audit = Callable[[Path, DeliveryFacts, ExportContract], AuditReportLike]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What would become of a delivery. `parsed` is None where it cannot be read, `reason` where it is accepted."""

    parsed: ParsedDelivery | None
    failed: tuple[RuleOutcome, ...]
    warnings: tuple[RuleOutcome, ...]
    reason: str | None


def judge(
    delivery: Delivery,
    contract: ExportContract,
    reading: Reading,
    *,
    connection: duckdb.DuckDBPyConnection,
    audit: Audit,
) -> Judgement:
    """Wait for what was read, and audit the candidate against what `connection` holds.

    Raises FileChangedError where the file moved: that is no judgement of it.
    """
    try:
        with phase("parse"):  # what is left of it: the reading may have been going on beside
            parsed = reading()
    except FileChangedError:
        raise
    except DeliveryError as error:
        unread = RuleOutcome(rule_id=error.rule, severity="critical", message=str(error))
        return Judgement(parsed=None, failed=(unread,), warnings=(), reason=str(error))
    passing("load.parsed")
    report = audit(parsed.parquet, delivery_facts(connection, delivery, contract, parsed), contract)
    warnings = tuple(map(_outcome, report.warnings))
    failed = tuple(map(_outcome, report.failures)) + _own_rules(parsed)
    if report.passed and not failed:
        return Judgement(parsed=parsed, failed=(), warnings=warnings, reason=None)
    said = "; ".join(rule.message for rule in failed) or "the audit did not pass"
    reason = f"{delivery.path.name} was refused as {delivery.export}: {said}"
    return Judgement(parsed=parsed, failed=failed, warnings=warnings, reason=reason)


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
