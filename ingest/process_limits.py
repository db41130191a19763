"""Hard limits of the system for a process that is about to open a foreign file. They cannot be taken back."""

from __future__ import annotations

import resource
from pathlib import Path

from ingest.reading import ReadLimits


def limit_process(limits: ReadLimits) -> None:
    """Limit memory, processor time and size of written files of this process and what it might start; no core files."""
    for what, most in (
        (resource.RLIMIT_DATA, _data_now() + limits.memory),
        (resource.RLIMIT_CPU, limits.seconds * limits.session.threads),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        allowed = resource.getrlimit(what)[1]
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(what, (least, least))


def _data_now() -> int:
    """Bytes of private memory that the process has mapped before the file is opened; 0 where nobody says."""
    try:
        said = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in said.splitlines() if line.startswith("VmData:")), 0)
