"""dbt in a process of its own, one for a whole run: it reads its project while deliveries are still being taken in.

Starting dbt costs seconds, and so does reading the project; both are paid once, beside the load. What the process does
is `dbt_worker`'s; what is built is `warehouse_build`'s.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.crash_points import passing
from partner_kpi.settings import Settings
from partner_kpi.warehouse_build import (
    PROJECT_ARGUMENTS,
    BuildFailedError,
    BuildPlan,
    dbt_environment,
    first_failure,
    parse_arguments,
    prepare,
)

_WORKER = (sys.executable, "-P", "-m", "partner_kpi.dbt_worker")
_PROGRESS = re.compile(r"(\d+) of (\d+) (?:OK|PASS|WARN|FAIL|ERROR|SKIP)")


class DbtProcess:
    """Made by `open_dbt`. Builds once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        """Have dbt read its project, where it does not yet."""
        if self._process is None:
            self._process = subprocess.Popen(
                [*_WORKER, *parse_arguments(self._settings)],
                env={**os.environ, **dbt_environment(self._settings)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        return self._process

    def build(self, plan: BuildPlan, log: Path, *, progress: Callable[[int, int], None]) -> None:
        """`dbt build` of all models and data tests into the plan's file; `progress` hears (done, of).

        Raises BuildFailedError with dbt's own words about the first thing that failed.
        """
        prepare(plan)
        process = self.start()
        _tell(process, {"command": [*plan.command(), *PROJECT_ARGUMENTS], "environment": dict(plan.environment)})
        passing("build.told")
        try:
            lines = _follow(process, log, progress)
        except BaseException:
            process.terminate()
            raise
        if process.wait():
            raise BuildFailedError(
                f"The marts could not be built; the last published generation stays. {first_failure(lines)} "
                f"dbt's whole output is in {log}."
            )

    def close(self) -> None:
        """Return when the process has ended, or was never started; where no build was asked for it ends at once."""
        if self._process is not None:
            self._process.terminate()  # does nothing to one that has built and ended
            with self._process:
                pass  # closes its pipes and waits


@contextmanager
def open_dbt(settings: Settings) -> Iterator[DbtProcess]:
    """dbt for one run. Costs nothing until it is started, and leaves no process behind."""
    dbt = DbtProcess(settings)
    try:
        yield dbt
    finally:
        dbt.close()


def _follow(process: subprocess.Popen[str], log: Path, progress: Callable[[int, int], None]) -> list[str]:
    """What the process says until it ends, also into the log."""
    lines = []
    with log.open("w", encoding="utf-8") as out:
        for line in process.stdout or ():
            out.write(line)
            lines.append(line)
            if found := _PROGRESS.search(line):
                progress(int(found[1]), int(found[2]))
                passing("build.running")
    return lines


def _tell(process: subprocess.Popen[str], task: dict[str, object]) -> None:
    """One line. The pipe stays open: when it closes before the build is done, the run has died, and dbt ends too.

    A process that is gone is found out by its exit code.
    """
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
