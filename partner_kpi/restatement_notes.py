"""Which generations and replays were compared: a small file per restatement, so that the clean-up leaves both sides."""

from __future__ import annotations

import json
from collections.abc import Sequence

from partner_kpi.settings import Settings
from publish.generation import Generation


def keep_note(settings: Settings, sides: Sequence[Generation]) -> None:
    """Note that these two were compared."""
    settings.restatements.mkdir(parents=True, exist_ok=True)
    names = [side.directory.name for side in sides]
    note = settings.restatements / f"{'__'.join(names)}.json"
    note.write_text(json.dumps({"sides": names}) + "\n", encoding="utf-8")


def named_folders(settings: Settings) -> set[str]:
    """Folders of generations and replays that a restatement compared."""
    notes = (json.loads(note.read_text("utf-8")) for note in sorted(settings.restatements.glob("*.json")))
    return {side for note in notes for side in note["sides"]}
