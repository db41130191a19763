"""Which files are complete: two looks that see the same, or a marker of the sender. Knows no folder and no server.

A checksum file belongs to what it speaks of: while one of the two is still coming, the other waits with it. It needs no
marker of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.checksums import LISTS, checked_by, checksum_files
from ingest.pulling.store import Entry

NAME_PLACE = "{name}"


def changed_between(first: Mapping[str, Entry], second: Mapping[str, Entry]) -> set[str]:
    """Names of the first look that the second one sees otherwise, not at all, or beside a changed checksum file."""
    moved = {name for name, entry in first.items() if not is_same(entry, second.get(name))}
    moved |= {name for name in second if name not in first}
    return {name for name in first if moved & {name, checked_by(name), *checksum_files(name)}}


def is_same(one: Entry, other: Entry | None) -> bool:
    """Whether two looks at a file saw the same state."""
    return other is not None and (one.size, one.changed) == (other.size, other.changed)


def marker_of(name: str, marker: str) -> str:
    """Name of the marker that says `name` is complete: one for each file, or one for the folder."""
    return marker.replace(NAME_PLACE, name)


def is_marker(name: str, marker: str | None) -> bool:
    """Whether a file is a marker and no delivery."""
    if not marker:
        return False
    before, place, after = marker.partition(NAME_PLACE)
    if not place:
        return name == marker
    return name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)


def unmarked(entries: Mapping[str, Entry], marker: str) -> set[str]:
    """Names whose marker is missing, or older than the file: that one is of an earlier delivery."""
    return {
        name
        for name, entry in entries.items()
        if not is_marker(name, marker)
        and name not in LISTS
        and not _marks(entries.get(marker_of(checked_by(name) or name, marker)), entry)
    }


def _marks(marker: Entry | None, entry: Entry) -> bool:
    if marker is None:
        return False
    return marker.modified is None or entry.modified is None or marker.modified >= entry.modified
