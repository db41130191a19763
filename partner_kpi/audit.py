"""The gate as the room that takes deliveries in calls it: neither of the two rooms knows the other's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from expectations.gate import AuditReport, Gate
from expectations.suite import Suite
from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts
from ingest.judgement import Audit


def audit_with(gate: Gate, suites: Mapping[str, Suite], auditing: Callable[[], object] = lambda: None) -> Audit:
    """The gate as the room that takes deliveries in calls it; `auditing` is called before each audit."""

    def audit(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> AuditReport:
        auditing()
        return gate.audit(candidate, facts, contract, suites[contract.source])

    return audit
