"""Which home and which step lead past the crash points, in the order in which one run after the other can die there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.crashes.anvil import Ended
from tests.crashes.places import Places

LATER = "2027-12-01T00:00:00"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Runs of `step` in the home `place` that die at `points`, each further than the one before; `then` comes after."""

    points: tuple[str, ...]
    place: str
    step: str
    then: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    build: int | None = None

    def task(self, places: Places) -> dict[str, Any]:
        """The options of the step."""
        return {**self.options, **({"build": places.build(self.build)} if self.build else {})}

    def walk(self, places: Places, place: Any) -> Ended:
        """The step, to its end, and what comes after it; tells how the last of them ended."""
        ended = places.anvil.strike(self.step, place, options=self.task(places))
        assert "Traceback" not in ended.said, ended.said
        return places.anvil.strike(self.then, place) if self.then else ended


_CASE = {"case": "crm.opportunities"}
SCENES = (
    Scene(place="first", step="load", points=("warehouse.created_beside",)),
    Scene(
        place="next",
        step="load",
        points=(
            "pull.looked",
            "load.original_copied",
            "load.parsed",
            "load.judged",
            "load.original_placed",
            "load.placed",
            "load.versions_closed",
            "load.uncommitted",
            "load.committed",
        ),
    ),
    Scene(place="next", step="load", points=("warehouse.checkpointed",)),
    Scene(place="next", step="load", points=("load.recorded",)),
    Scene(place="late", step="load", points=("load.late_superseded", "load.history_written")),
    Scene(
        place="refused",
        step="load",
        points=("quarantine.original_placed", "quarantine.placed", "quarantine.uncommitted", "quarantine.committed"),
    ),
    Scene(place="case", step="release", then="load", options=_CASE, points=("release.decided", "release.loaded")),
    Scene(place="case", step="discard", then="load", options=_CASE, points=("discard.decided",)),
    Scene(
        place="loaded",
        step="run",
        build=2,
        points=(
            "build.cleared",
            "build.finished",
            "publish.database_written",
            "publish.parquet_written",
            "publish.files_written",
            "publish.manifest_written",
            "publish.renamed",
            "publish.pointer_beside",
            "publish.pointed",
            "workbook.half_written",
            "report.written",
        ),
    ),
    Scene(place="gone_back", step="run", build=1, points=("publish.recorded",)),
    Scene(place="gone_back", step="run", build=1, points=("publish.pin_dropped",)),
    Scene(place="published", step="retain", options={"now": LATER}, points=("retention.recorded", "retention.renamed")),
    Scene(place="published", step="go_back", then="load", points=("rollback.noted", "rollback.pointed")),
    Scene(place="published", step="rebuild", then="load", points=("rebuild.written", "rebuild.swapped")),
    Scene(place="published", step="replay", build=2, points=("replay.old_renamed",)),
)
