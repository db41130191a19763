"""What a command costs: wall seconds, processor seconds and the greatest memory of it and all that it starts.

Memory is the sum of the resident sets of the process tree, looked at ten times a second: pages that processes share
count in each.
"""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one command took. `output` is what it wrote to standard output."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    exit_code: int
    output: str


def measure(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run the command to its end; standard error goes where ours goes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(
        list(command), stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
    )
    peak = [0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watcher.start()
    output, _ = process.communicate()
    wall = time.monotonic() - begun
    done.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(
        wall_seconds=wall,
        cpu_seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        peak_bytes=peak[0],
        exit_code=process.returncode,
        output=output,
    )


def _watch(root: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(EVERY_SECONDS):
        peak[0] = max(peak[0], sum(resident_bytes(each) for each in list_tree(root)))


def list_tree(root: int) -> list[int]:
    """The process and everything that descends from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _read(entry / "stat")):
            parents[int(entry.name)] = int(fields.rpartition(")")[2].split()[1])
    tree, added = [root], [root]
    while added:
        added = [child for child, parent in parents.items() if parent in added]
        tree += added
    return tree


def resident_bytes(process: int) -> int:
    """Resident set of a process; 0 where it is gone."""
    fields = _read(Path(f"/proc/{process}/statm"))
    return int(fields.split()[1]) * PAGE if fields else 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
