"""The operations log: who did what to the warehouse, when, why, and what came of it. One line of JSON per act.

Lines are appended (one at a time, then fsync) and never changed; a line cut by a crash or a full disk costs only
itself. The ledger says what the data is; this says how it came about. Others call `record`.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.archive import make_folder, write_all
from partner_kpi.settings import Settings

FILE_NAME = "operations.jsonl"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One line. `when` is UTC, ISO 8601 with Z; `ids` name what it was done to (run, load, generation, file, ...)."""

    when: str
    who: str
    what: str
    result: str
    why: str = ""
    ids: Mapping[str, Any] = field(default_factory=dict)


def record(
    settings: Settings, what: str, *, result: str, ids: Mapping[str, object], why: str = "", who: str | None = None
) -> None:
    """Append one line; `who` is the user of the operating system unless somebody else answers for it.

    Raises OSError where the log cannot be written.
    """
    operation = Operation(
        when=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
        who=who or current_user(),
        what=what,
        result=result,
        why=why,
        ids=ids,
    )
    line = json.dumps(asdict(operation), ensure_ascii=False, default=str) + "\n"
    make_folder(settings.logs)
    descriptor = os.open(log_path(settings), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # so that nobody takes a line that is being written for a torn one
        write_all(descriptor, (_after_torn(descriptor) + line).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_operations(settings: Settings) -> Iterator[Operation]:
    """Every whole line, oldest first; what does not read is left out (`torn_lines` tells of it)."""
    for _, operation in _lines(settings):
        if operation is not None:
            yield operation


def torn_lines(settings: Settings) -> Iterator[str]:
    """A sentence for each line that does not read: its act was done or not, nobody wrote it down."""
    for number, operation in _lines(settings):
        if operation is None:
            yield (
                f"Line {number} of {log_path(settings)} does not read: its writer was killed, or the disk was full. "
                "The others stand; the ledger says whether its load was done."
            )


def log_path(settings: Settings) -> Path:
    """Where the log lies."""
    return settings.logs / FILE_NAME


def current_user() -> str:
    """The user that the process runs as, by the operating system's own account."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _lines(settings: Settings) -> Iterator[tuple[int, Operation | None]]:
    path = log_path(settings)
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield number, Operation(**json.loads(line))
            except (ValueError, TypeError):
                yield number, None


def _after_torn(descriptor: int) -> str:
    """A line break where the last line has none, so that this one stands on its own."""
    size = os.fstat(descriptor).st_size
    return "\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else ""
