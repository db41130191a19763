"""How the last run ended, by the operations log: a run that began and wrote no end was killed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from partner_kpi.operations import read_operations
from partner_kpi.settings import Settings

STARTED = "started"
KILLED = "The run ended without a word: it was killed, or the machine went down. Run again; nothing is half loaded."


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """`refused`: published, but a delivery stands refused. `when` is its end, or its start while it is `running`."""

    run_id: str
    result: Literal["well", "refused", "failed", "running"]
    when: str
    why: str


def read_last_run(settings: Settings) -> LastRun | None:
    """The last run; None before the first. What another way published after a failure counts as a run that is well."""
    last: LastRun | None = None
    process: int | None = None
    for operation in read_operations(settings):
        if operation.what == "run" and operation.result == STARTED:
            process = int(operation.ids.get("process", 0))
            last = LastRun(run_id=str(operation.ids.get("run_id")), result="running", when=operation.when, why="")
        elif operation.what == "run" and operation.result in ("well", "refused", "failed"):
            last = LastRun(
                run_id=str(operation.ids.get("run_id")),
                result=operation.result,  # type: ignore[arg-type]
                when=operation.when,
                why=operation.why,
            )
        elif operation.what == "publish" and operation.result == "published" and last and last.result == "failed":
            last = LastRun(run_id=last.run_id, result="well", when=operation.when, why="")
    if last and last.result == "running" and not (process and _lives(process)):
        return LastRun(run_id=last.run_id, result="failed", when=last.when, why=KILLED)
    return last


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
