"""A process that has everything imported and forks: each child is a real process, killed or limited for real.

Run as `python -m tests.crashes.forge`; one line of JSON in, one out. `{"start": task}` gives the child's `pid`,
`{"wait": pid}` how it ended or that it was stopped. Starting Python and Great Expectations anew for each crash would
take five seconds each time. The other end is `tests.crashes.anvil`.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import great_expectations  # noqa: F401
import typer
import xlsxwriter  # noqa: F401

import expectations.validation  # noqa: F401
from ingest import crash_points
from ingest.crash_points import arm
from partner_kpi import road
from partner_kpi.command import plain_errors
from partner_kpi.settings import load_settings
from tests.crashes.steps import STEPS


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"pid": _start(order["start"])} if "start" in order else _wait(int(order["wait"]))
        print(json.dumps(answer), flush=True)


def _start(task: dict[str, Any]) -> int:
    pid = os.fork()
    if not pid:
        code = 70
        try:
            code = _walk(task)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return pid


def _wait(pid: int) -> dict[str, Any]:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return {"stopped": True}
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exit": os.WEXITSTATUS(status)}


class _Footprints(dict[str, tuple[int, signal.Signals]]):
    """Nothing is armed; which points were passed is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[str] = []

    def __contains__(self, name: object) -> bool:
        self.passed.append(str(name))
        return False


def _give_up_privileges() -> None:
    """Root becomes a user like any other, for whom modes of files hold. Linux only."""
    if os.geteuid():
        return
    system = ctypes.CDLL(None, use_errno=True)
    for capability in range(41):
        system.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: nor does a program that it starts have it again
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if system.capset(header, none):
        raise OSError(ctypes.get_errno(), "capset")


def _walk(task: dict[str, Any]) -> int:
    """The task in a child: limits and privileges first, then the point, then the step as by the command line."""
    output = os.open(task["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if task.get("file_size"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["file_size"], task["file_size"]))
    if task.get("is_unprivileged"):
        _give_up_privileges()
    if "policies" in task:
        road.POLICY_FOLDER = Path(task["policies"])
    home = Path(task["home"])
    if task.get("point"):
        arm(task["point"], nth=task.get("nth", 1), sign=signal.Signals(task.get("sign", signal.SIGKILL)))
    footprints = _Footprints()
    if task.get("footprints"):
        crash_points._armed = footprints
    try:
        with plain_errors():
            settings = replace(load_settings(home=home, environment={}), inbox=Path(task["inbox"]))
            return STEPS[task["step"]](settings, **task.get("options", {}))
    except typer.Exit as ended:
        return ended.exit_code
    finally:
        if task.get("footprints"):
            Path(task["footprints"]).write_text("\n".join(footprints.passed), encoding="utf-8")


if __name__ == "__main__":
    main()
