"""Which home and which step lead past each crash point, and what somebody does next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.crashes.places import Places

LATER = "2027-12-01T00:00:00"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The step that dies in the home `place`, and the one after it, which is the same again where none is named."""

    place: str
    step: str
    then: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    build: int | None = None
    nth: int = 1

    def task(self, places: Places) -> dict[str, Any]:
        """The options of the step."""
        return {**self.options, **({"build": places.build(self.build)} if self.build else {})}


_FIRST, _NEXT = Scene(place="first", step="load"), Scene(place="next", step="load")
_LATE, _REFUSED = Scene(place="late", step="load"), Scene(place="refused", step="load")
_RELEASE = Scene(place="case", step="release", then="load", options={"case": "crm.opportunities"})
_DISCARD = Scene(place="case", step="discard", then="load", options={"case": "crm.opportunities"})
_PUBLISH = Scene(place="loaded", step="run", build=2)
_OVER_A_NOTE = Scene(place="gone_back", step="run", build=1)
_RETAIN = Scene(place="published", step="retain", options={"now": LATER})
_ROLLBACK = Scene(place="published", step="go_back", then="load")
_REBUILD = Scene(place="published", step="rebuild")
_REPLAY = Scene(place="published", step="replay", build=2)

# Those of a build by dbt are in test_dbt_dies_too.
SCENES: Mapping[str, Scene] = {
    "pull.looked": _NEXT,
    "warehouse.created_beside": _FIRST,
    "load.original_copied": _NEXT,
    "load.parsed": _NEXT,
    "load.judged": _NEXT,
    "load.original_placed": _NEXT,
    "load.placed": _NEXT,
    "load.versions_closed": _NEXT,
    "load.late_superseded": _LATE,
    "load.history_written": _LATE,
    "load.uncommitted": _NEXT,
    "load.committed": _NEXT,
    "load.checkpointed": _NEXT,
    "load.recorded": _NEXT,
    "quarantine.original_placed": _REFUSED,
    "quarantine.placed": _REFUSED,
    "quarantine.uncommitted": _REFUSED,
    "quarantine.committed": _REFUSED,
    "release.decided": _RELEASE,
    "release.loaded": _RELEASE,
    "discard.decided": _DISCARD,
    "discard.checkpointed": _DISCARD,
    "build.cleared": _PUBLISH,
    "build.finished": _PUBLISH,
    "publish.database_written": _PUBLISH,
    "publish.parquet_written": _PUBLISH,
    "publish.files_written": _PUBLISH,
    "publish.manifest_written": _PUBLISH,
    "publish.renamed": _PUBLISH,
    "publish.pointer_beside": _PUBLISH,
    "publish.pointed": _PUBLISH,
    "publish.recorded": _OVER_A_NOTE,
    "publish.pin_dropped": _OVER_A_NOTE,
    "workbook.half_written": _PUBLISH,
    "report.written": _PUBLISH,
    "retention.recorded": _RETAIN,
    "retention.renamed": _RETAIN,
    "rollback.noted": _ROLLBACK,
    "rollback.pointed": _ROLLBACK,
    "rebuild.written": _REBUILD,
    "rebuild.swapped": _REBUILD,
    "replay.old_renamed": _REPLAY,
}
