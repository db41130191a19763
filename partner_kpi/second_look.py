"""Refused deliveries that a run judges again, because what judged them has changed; read from quarantine."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.suite import load_suites
from ingest.contracts import load_contracts
from ingest.decisions import Decision
from ingest.delivery import Delivery
from ingest.inbox import Inbox
from ingest.ledger import LoadRow
from ingest.quarantine import read_cases
from ingest.quarantine_retry import due_again
from partner_kpi.settings import Settings


def refused_again(
    settings: Settings, loads: Sequence[LoadRow], decisions: Sequence[Decision], *, present: Sequence[Delivery]
) -> Inbox:
    """What is due of quarantine beside the deliveries that are `present`. Suites are read only where anything waits."""
    cases = [case for case in read_cases(loads, decisions) if case.state == "open"]
    if not cases:
        return Inbox(deliveries=(), problems=())
    contracts = load_contracts()
    return due_again(
        settings.home,
        cases,
        contracts=contracts,
        home_vendors=settings.vendors,
        suite_versions={source: suite.version for source, suite in load_suites(contracts, own=settings.suites).items()},
        present=present,
    )
