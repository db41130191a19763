"""What happens to a warehouse in the torture: a random act, as data, that two homes can be given alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.crashes.places import Places, deals, deliver

MONTHS = tuple(f"2026-{month:02d}-28" for month in range(1, 10))
LATER = "2027-12-01T00:00:00"


@dataclass(frozen=True, kw_only=True)
class Act:
    """A file for the inbox, if any, and a step. `points` are those that the step may come by."""

    name: str
    step: str
    file: tuple[str, str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    points: tuple[str, ...]

    def prepare(self, place: Path) -> None:
        """Put the file where it is waited for."""
        if self.file:
            deliver(place, *self.file)


_LOAD = (
    "pull.looked",
    "load.original_copied",
    "load.parsed",
    "load.judged",
    "load.original_placed",
    "load.placed",
    "load.versions_closed",
    "load.history_written",
    "load.uncommitted",
    "load.committed",
    "load.checkpointed",
    "load.recorded",
)
_LATE = (*_LOAD, "load.late_superseded")
_REFUSED = (
    *_LOAD[:4],
    "quarantine.original_placed",
    "quarantine.placed",
    "quarantine.uncommitted",
    "quarantine.committed",
)
_PUBLISH = (
    "build.cleared",
    "build.finished",
    "publish.database_written",
    "publish.parquet_written",
    "publish.files_written",
    "publish.manifest_written",
    "publish.renamed",
    "publish.pointer_beside",
    "publish.pointed",
    "publish.recorded",
    "publish.pin_dropped",
    "workbook.half_written",
    "report.written",
)


def random_act(random: Random, places: Places, delivered: dict[str, str]) -> Act:
    """The next act; `delivered` are the files of this warehouse so far, by name."""
    kind = random.choice(("deliver", "deliver", "correct", "again", "corrupt", "run", "run", "run", *_BY_HAND))
    if kind in _BY_HAND:
        return Act(name=kind, **_BY_HAND[kind])
    if kind == "run":
        return Act(name="run", step="run", options={"build": places.build(random.choice((1, 2)))}, points=_PUBLISH)
    if kind in ("correct", "again", "corrupt") and not delivered:
        kind = "deliver"
    if kind == "deliver":
        month = random.choice(MONTHS)
        name, points = f"opportunities_{month}.csv", _LATE
    else:
        name, points = random.choice(sorted(delivered)), _LATE
    text = delivered.get(name, "") if kind == "again" else _text(random, kind)
    if kind == "corrupt":
        text, points = text[: random.randrange(1, len(text))], _REFUSED
    delivered[name] = text
    return Act(name=kind, step="load", file=(name, text), points=points)


def _text(random: Random, kind: str) -> str:
    count = random.randrange(26, 34) if kind != "corrupt" else random.randrange(3, 30)
    return deals(amount=random.randrange(1000), count=count, unreadable=random.choice((0, 0, 1)))


_CASE = {"case": "crm.opportunities"}
_BY_HAND: Mapping[str, dict[str, Any]] = {
    "release": {"step": "release", "options": _CASE, "points": (*_LATE[1:], "release.decided", "release.loaded")},
    "discard": {"step": "discard", "options": _CASE, "points": ("discard.decided", "discard.checkpointed")},
    "rollback": {"step": "go_back", "points": ("rollback.noted", "rollback.pointed")},
    "rebuild": {"step": "rebuild", "points": ("rebuild.written", "rebuild.swapped")},
    "replay": {"step": "replay", "points": ("replay.old_renamed",)},
    "clean up": {"step": "retain", "options": {"now": LATER}, "points": ("retention.recorded", "retention.renamed")},
}
