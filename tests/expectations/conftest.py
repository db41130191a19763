"""One gate for all tests of the room: it costs seconds to open."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from gate_deliveries import Audit, Rows, make_facts, write_candidate
from gate_samples import GOOD

from expectations.gate import AuditReport, Gate, open_gate
from expectations.suite import Suite, load_suites
from ingest.contracts import Contracts, load_contracts


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    return load_contracts()


@pytest.fixture(scope="session")
def suites(contracts: Contracts) -> Mapping[str, Suite]:
    return load_suites(contracts)


@pytest.fixture(scope="session")
def gate() -> Iterator[Gate]:
    with open_gate() as gate:
        yield gate


@pytest.fixture
def audit(gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path) -> Audit:
    """audit(export, [changes to the good row, ...], suite=..., **changes to the facts)."""

    def run(export: str, rows: Rows | None = None, *, suite: Suite | None = None, **facts: Any) -> AuditReport:
        contract = contracts.exports[export]
        changed = [GOOD[export] | changes for changes in ([{}] if rows is None else rows)]
        candidate = write_candidate(tmp_path / "candidate.parquet", contract, changed)
        chosen = suite or suites[contract.source]
        return gate.audit(candidate, make_facts(contract, len(changed), **facts), contract, chosen)

    return run
