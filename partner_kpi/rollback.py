"""Going back to an earlier generation. What that means for the runs after it is `partner_kpi.pinned`'s."""

from __future__ import annotations

from ingest.crash_points import passing
from ingest.load import utc_now
from partner_kpi import road
from partner_kpi.operations import record
from partner_kpi.settings import Settings
from publish.generation import Generation
from publish.pin import go_back


def rollback(settings: Settings, number: int | None, *, reason: str) -> Generation:
    """Make an earlier generation (None: the one before) what readers see, verified first.

    Raises UnclearQuestionError and DamagedGenerationError; readers then see what they saw.
    """
    with road.hold_home(settings):
        before = road.published(settings)
        target = go_back(settings.published, number, reason=reason, now=utc_now())
        passing("rollback.pointed")
        ids = {"generation": target.number, "from_generation": before.number}
        record(settings, "rollback", result="ok", ids=ids, why=reason)
    return target
