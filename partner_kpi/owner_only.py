"""Whose the files of a home are: the owner's alone while the home is held, but for what is written for readers.

The mask of the process decides, so that it holds for whatever DuckDB and dbt make on the way too (write-ahead logs,
spilled data, builds). What readers get follows the mask that the user had.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

PRIVATE = ("deliveries", "quarantine", "pulled", "builds", "tmp", "logs", "warehouse.*", "*.key")
_OTHERS = 0o077
_SHOWN = 3
_users_mask: ContextVar[int | None] = ContextVar("users_mask", default=None)


@contextmanager
def owner_only() -> Iterator[None]:
    """New files and folders are for their owner only."""
    before = os.umask(_OTHERS)
    token = _users_mask.set(before)
    try:
        yield
    finally:
        _users_mask.reset(token)
        os.umask(before)


@contextmanager
def for_readers() -> Iterator[None]:
    """Within `owner_only`: new files are as the user's own mask says; elsewhere nothing changes."""
    mask = _users_mask.get()
    if mask is None:
        yield
        return
    inside = os.umask(mask)
    try:
        yield
    finally:
        os.umask(inside)


def check_private(home: Path) -> Iterator[str]:
    """Each private place of the home that others than its owner can look into, with a few of its files."""
    for pattern in PRIVATE:
        for place in sorted(home.glob(pattern)):
            open_ = sorted(_open_files(place))
            if open_:
                few = ", ".join(path.relative_to(home).as_posix() for path in open_[:_SHOWN])
                yield (
                    f"{len(open_)} file(s) in {place} can be read by others than their owner: {few}. "
                    f"Close them: chmod -R go= {place}"
                )


def _open_files(place: Path) -> Iterator[Path]:
    """Files that others may read; a folder that they may not enter hides all that is in it."""
    if place.stat().st_mode & _OTHERS == 0:
        return
    if place.is_dir():
        for entry in place.iterdir():
            yield from _open_files(entry)
    else:
        yield place
