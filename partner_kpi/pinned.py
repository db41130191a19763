"""When a build is not due although it is not what readers see: somebody went back, and it would bring back the same.

The same is: for the same accepted deliveries, whatever was refused or delivered again since. New data, other settings
or other models are something else. Going back is `partner_kpi.rollback`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.ledger import LoadRow
from partner_kpi.settings import Settings
from partner_kpi.warehouse_build import BuildPlan, plan_build
from publish.pin import Pin


def is_withdrawn(settings: Settings, plan: BuildPlan, pin: Pin, loads: Sequence[LoadRow]) -> bool:
    """Whether this build is one of those that the note withdraws, but for deliveries that were refused since."""
    newest = max((row.load_seq for row in loads if row.verdict == "accepted"), default=0)
    return any(
        newest <= withdrawn.known_sequence
        and _fingerprint(settings, plan, withdrawn.known_sequence) == withdrawn.build_fingerprint
        for withdrawn in pin.withdrawn
    )


def _fingerprint(settings: Settings, plan: BuildPlan, known_sequence: int) -> str:
    """The plan's fingerprint, had it known no load after this one."""
    return plan_build(settings, as_of=plan.as_of, known_sequence=known_sequence, known_at=plan.known_at).fingerprint
