"""Named places where a process may die, so that what a crash leaves behind can be tested at each of them.

In production nothing is ever armed, and `passing` does nothing. A test starts the real process, arms one name in it,
and the process ends there as if the machine had. What holds after each is in `tests/crashes`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

POINTS: Mapping[str, str] = {
    "pull.looked": "the inbox was looked through, nothing taken yet",
    "warehouse.created_beside": "the first raw file is whole, and not in its place",
    "load.original_copied": "the delivered bytes are copied to the workbench",
    "load.parsed": "rows are typed, not audited",
    "load.judged": "the audit has spoken, nothing is kept",
    "load.original_placed": "the bytes lie in the archive, their rows do not",
    "load.placed": "both lie in the archive, no transaction has begun",
    "load.versions_closed": "in the transaction: old versions are closed, new ones not opened",
    "load.late_superseded": "in the transaction: what was known is superseded, what is told instead not written",
    "load.history_written": "in the transaction: raw history is written, the ledger is not",
    "load.uncommitted": "in the transaction: all is written",
    "load.committed": "committed, and only in the write-ahead log",
    "load.recorded": "in the operations log, more deliveries wait",
    "warehouse.checkpointed": "all that was committed is in the raw file, nothing comes after it yet",
    "quarantine.original_placed": "the refused bytes lie in quarantine, their reason does not",
    "quarantine.placed": "bytes and reason lie there, the ledger knows nothing",
    "quarantine.uncommitted": "in the transaction: all is written",
    "quarantine.committed": "committed, and only in the write-ahead log",
    "release.decided": "in the transaction: history, ledger and decision are written",
    "release.loaded": "released and loaded, not in the operations log",
    "discard.decided": "decided, and only in the write-ahead log",
    "build.cleared": "old build files are gone, dbt has not begun",
    "build.told": "dbt was told to build",
    "build.running": "dbt is in the middle of its build",
    "build.finished": "the marts are built, not published",
    "publish.database_written": "the copy for readers is written, nothing else",
    "publish.parquet_written": "some Parquet files are written",
    "publish.files_written": "all files are written, no manifest",
    "publish.manifest_written": "the folder is whole, under its working name",
    "publish.renamed": "the generation has its name, readers see the one before",
    "publish.pointer_beside": "the new pointer lies beside the old one",
    "publish.pointed": "readers see the new generation, the operations log does not know",
    "publish.recorded": "published and recorded, an old note of a rollback still lies there",
    "publish.pin_dropped": "published, the build file still lies there",
    "workbook.half_written": "the workbook is written under its working name",
    "report.written": "the run's report is written, its end is not recorded",
    "retention.recorded": "a removal is in the operations log, and not done",
    "retention.renamed": "a folder has left its name, its files are still there",
    "rollback.noted": "the note of a rollback is written, the pointer stands where it stood",
    "rollback.pointed": "readers see the earlier generation, the operations log does not know",
    "rebuild.written": "raw history made anew lies beside the old one",
    "rebuild.swapped": "it has taken the old one's place, the operations log does not know",
    "replay.old_renamed": "an earlier replay has left its name, the new one has not taken it",
}

_armed: dict[str, tuple[int, signal.Signals]] = {}


def passing(name: str) -> None:
    """The process comes by this place."""
    if name in _armed:
        left, sign = _armed.pop(name)
        if left == 1:
            os.kill(os.getpid(), sign)
        else:
            _armed[name] = left - 1, sign


def arm(name: str, *, nth: int = 1, sign: signal.Signals = signal.SIGKILL) -> None:
    """Have this process send itself the signal when it comes by for the nth time. Raises KeyError for a wrong name."""
    POINTS[name]
    _armed[name] = nth, sign
