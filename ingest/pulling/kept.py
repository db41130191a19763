"""What was fetched from a server, and in which state: the note `.kept.json` in the home's folder `pulled`.

A file is known by its size and entity tag (or time of change), while its copy is there. Another address begins afresh.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ingest.archive import make_folder, place
from ingest.pulling.store import Entry

NOTE = ".kept.json"
PART = ".part"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A file as it was when it was fetched."""

    size: int
    changed: str | None
    sha256: str
    fetched_at: str


@dataclass(kw_only=True)
class Kept:
    """Files by `<instance>/<name>`; `run_id` and `problems` of the run that last asked the server."""

    folder: Path
    inbox: str
    run_id: str | None = None
    problems: list[str] = field(default_factory=list)
    files: dict[str, Copy] = field(default_factory=dict)

    def is_known(self, instance: str, entry: Entry) -> bool:
        """Whether this very state was fetched and its copy is still here. What has no mark of its state never is."""
        copy = self.files.get(f"{instance}/{entry.name}")
        if copy is None or entry.changed is None or (copy.size, copy.changed) != (entry.size, entry.changed):
            return False
        path = self.folder / instance / entry.name
        return path.is_file() and path.stat().st_size == copy.size

    def write(self) -> None:
        """Put the note in its place, whole or not at all."""
        make_folder(self.folder)
        files = {name: asdict(copy) for name, copy in sorted(self.files.items())}
        content = {"inbox": self.inbox, "run_id": self.run_id, "problems": self.problems, "files": files}
        part = self.folder / PART
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as out:
            json.dump(content, out, indent=1)
        place(part, self.folder / NOTE)


def read_kept(folder: Path, inbox: str) -> Kept:
    """The note of an inbox; empty where there is none, of another address, or where it cannot be read."""
    try:
        content = json.loads((folder / NOTE).read_text("utf-8"))
        if content["inbox"] == inbox:
            files = {name: Copy(**copy) for name, copy in content["files"].items()}
            return Kept(folder=folder, inbox=inbox, run_id=content["run_id"], problems=content["problems"], files=files)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    return Kept(folder=folder, inbox=inbox)
