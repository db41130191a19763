"""One writer at a time: an operating-system lock on a file.

The system lets go of it when its process ends, however it ends, so that there is never a stale lock to
remove.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import WarehouseBusyError


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock for the length of the block.

    Raises WarehouseBusyError, naming the process that has it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise WarehouseBusyError(
                f"The warehouse beside {path} is being written by process {holder}. Wait for it to end, or "
                "stop "
                "it; then run again."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)
