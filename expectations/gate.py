"""The gate: audits a parsed delivery and says which rules it breaks. What becomes of it is decided elsewhere.

It fails closed. Every declared rule is evaluated exactly once or the audit is void; a rule that raised
blocks like a broken one, and is reported as an error of the gate. Great Expectations is imported by the
first audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.errors import AuditIncompleteError, SuiteMismatchError
from expectations.rules import Rule, Severity
from expectations.suite import Suite
from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from expectations.validation import Outcome, Validation


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One rule on one delivery. `message` is one paragraph for people, empty where the rule holds."""

    rule_id: str
    severity: Severity
    passed: bool
    errored: bool
    unexpected_count: int | None
    message: str

    @property
    def blocks(self) -> bool:
        """True where the delivery must not be loaded."""
        return not self.passed and (self.errored or self.severity == "critical")


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """All rules on one delivery."""

    results: tuple[RuleResult, ...]
    suite_version: str

    @property
    def failures(self) -> tuple[RuleResult, ...]:
        """What blocks: critical rules that are broken, and any rule that raised."""
        return tuple(each for each in self.results if each.blocks)

    @property
    def warnings(self) -> tuple[RuleResult, ...]:
        """What is reported and does not block."""
        return tuple(each for each in self.results if not each.passed and not each.blocks)

    @property
    def passed(self) -> bool:
        """True where the delivery may become raw data."""
        return bool(self.results) and not self.failures


class Gate:
    """Audits many deliveries with one Great Expectations context. Made by `open_gate`; for one thread."""

    def __init__(self, *, memory_limit: str) -> None:
        self._memory_limit = memory_limit
        self._validation: Validation | None = None

    def audit(self, candidate: Path, facts: DeliveryFacts, contract: ExportContract, suite: Suite) -> AuditReport:
        """Run every rule on the Parquet file of one delivery.

        The unique key is the contract's: where a mapping has its own, give the contract with that key.
        Raises CandidateUnreadableError, SuiteMismatchError or AuditIncompleteError; each means: do not load.
        """
        from expectations.views import create_views  # noqa: PLC0415 - brings SQLAlchemy

        if facts.export != contract.name:
            raise SuiteMismatchError(export=contract.name, found=f"the facts of {facts.export}")
        if suite.source != contract.source:
            raise SuiteMismatchError(export=contract.name, found=f"the suite of {suite.source}")
        rules = suite.rules_for(contract)
        validation = self._opened()
        connection = validation.connection
        limits = suite.limits_for(contract)
        create_views(connection, candidate=candidate, facts=facts, contract=contract, limits=limits)
        outcomes = validation.evaluate(rules)
        check_complete(contract.name, rules, outcomes)
        results = tuple(_result(connection, rule, outcomes[rule.id], contract) for rule in rules)
        connection.rollback()
        return AuditReport(results=results, suite_version=suite.version)

    def close(self) -> None:
        """Give the memory back; the next audit would open a new context."""
        if self._validation is not None:
            self._validation.close()
            self._validation = None

    def _opened(self) -> Validation:
        if self._validation is None:
            from expectations.validation import Validation  # noqa: PLC0415 - brings Great Expectations

            self._validation = Validation(memory_limit=self._memory_limit)
        return self._validation


@contextmanager
def open_gate(*, memory_limit: str = "2GB") -> Iterator[Gate]:
    """Open a gate for the deliveries of one run. Costs nothing until the first audit."""
    gate = Gate(memory_limit=memory_limit)
    try:
        yield gate
    finally:
        gate.close()


def audit(candidate: Path, facts: DeliveryFacts, contract: ExportContract, suite: Suite) -> AuditReport:
    """Audit a single delivery. For several, open a gate: each opening costs seconds."""
    with open_gate() as gate:
        return gate.audit(candidate, facts, contract, suite)


def _result(connection: Connection, rule: Rule, outcome: Outcome, contract: ExportContract) -> RuleResult:
    from expectations.findings import describe  # noqa: PLC0415 - brings SQLAlchemy

    finding = describe(connection, rule=rule, outcome=outcome, contract=contract)
    return RuleResult(
        rule_id=rule.id,
        severity=rule.severity,
        passed=outcome.passed,
        errored=outcome.error is not None,
        unexpected_count=finding.unexpected_count,
        message=finding.message,
    )


def check_complete(export: str, rules: Sequence[Rule], outcomes: Mapping[str, Outcome]) -> None:
    """Refuse an audit without rules, or whose outcomes are not one for each. Raises AuditIncompleteError."""
    declared = {rule.id for rule in rules}
    missing = declared.symmetric_difference(outcomes)
    if not rules or missing or len(declared) != len(rules):
        raise AuditIncompleteError(export=export, missing=sorted(missing) or ["no rule at all"])
