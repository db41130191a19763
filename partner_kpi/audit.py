"""The gate as the room that takes deliveries in calls it: neither of the two rooms knows the other's words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from expectations.gate import AuditReport, Gate
from expectations.suite import Suite
from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts
from ingest.judgement import Audit
from ingest.timings import phase


def audit_with(gate: Gate, suites: Mapping[str, Suite]) -> Audit:
    """The audit of any delivery by the suite of its source."""

    @phase("gate")
    def audit(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> AuditReport:
        return gate.audit(candidate, facts, contract, suites[contract.source])

    return audit
