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
    """A file for the inbox, if any, and a step."""

    name: str
    step: str
    file: tuple[str, str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self, place: Path) -> None:
        """Put the file where it is waited for."""
        if self.file:
            deliver(place, *self.file)


def random_act(random: Random, places: Places, delivered: dict[str, str]) -> Act:
    """The next act; `delivered` are the files of this warehouse so far, by name."""
    kind = random.choice(("deliver", "deliver", "correct", "again", "corrupt", "run", "run", "run", *_BY_HAND))
    if kind in _BY_HAND:
        return Act(name=kind, **_BY_HAND[kind])
    if kind == "run":
        return Act(name="run", step="run", options={"build": places.build(random.choice((1, 2)))})
    if kind in ("correct", "again", "corrupt") and not delivered:
        kind = "deliver"
    name = f"opportunities_{random.choice(MONTHS)}.csv" if kind == "deliver" else random.choice(sorted(delivered))
    text = delivered.get(name, "") if kind == "again" else _text(random, kind)
    if kind == "corrupt":
        text = text[: random.randrange(1, len(text))]
    delivered[name] = text
    return Act(name=kind, step="load", file=(name, text))


def _text(random: Random, kind: str) -> str:
    count = random.randrange(26, 34) if kind != "corrupt" else random.randrange(3, 30)
    return deals(amount=random.randrange(1000), count=count, unreadable=random.choice((0, 0, 1)))


_CASE = {"case": "crm.opportunities"}
_BY_HAND: Mapping[str, dict[str, Any]] = {
    "release": {"step": "release", "options": _CASE},
    "discard": {"step": "discard", "options": _CASE},
    "rollback": {"step": "go_back"},
    "rebuild": {"step": "rebuild"},
    "replay": {"step": "replay"},
    "clean up": {"step": "retain", "options": {"now": LATER}},
}
