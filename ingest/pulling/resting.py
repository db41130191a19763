"""Which files of a local inbox are complete. Files that rest are not waited for; fresh ones are looked at twice."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from ingest.pulling.completeness import changed_between, is_marker, unmarked
from ingest.pulling.store import Entry


def look_into(inbox: Path, *, rest_seconds: float, done_marker: str | None) -> tuple[set[Path], set[Path]]:
    """Files to leave for later, and markers, which are no deliveries."""
    first = _look(inbox)
    markers = {folder / name for folder, seen in first.items() for name in seen if is_marker(name, done_marker)}
    if done_marker:
        return {folder / name for folder, seen in first.items() for name in unmarked(seen, done_marker)}, markers
    now = datetime.now(UTC)
    fresh = [each for seen in first.values() for each in seen.values() if _age(each, now) < rest_seconds]
    if not fresh:
        return set(), markers
    time.sleep(rest_seconds)
    second = _look(inbox)
    moved = {folder / name for folder, seen in first.items() for name in changed_between(seen, second.get(folder, {}))}
    return moved | {
        folder / name for folder, seen in second.items() for name in seen if name not in first.get(folder, {})
    }, markers


def _look(inbox: Path) -> dict[Path, dict[str, Entry]]:
    """Plain files of each instance's folder; what cannot be seen is told where it is read."""
    found: dict[Path, dict[str, Entry]] = {}
    for folder in (each for each in inbox.iterdir() if each.is_dir() and not each.name.startswith(".")):
        try:
            paths = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
            found[folder] = {path.name: _entry(path) for path in paths}
        except OSError:
            continue
    return found


def _entry(path: Path) -> Entry:
    stat = path.stat()
    modified = datetime.fromtimestamp(stat.st_mtime, tz=UTC)
    return Entry(name=path.name, kind="file", size=stat.st_size, changed=str(stat.st_mtime_ns), modified=modified)


def _age(entry: Entry, now: datetime) -> float:
    """Seconds since the last change; a time ahead of the clock counts as fresh."""
    return (now - entry.modified).total_seconds() if entry.modified else 0.0
