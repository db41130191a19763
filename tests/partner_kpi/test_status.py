"""What status tells a monitor: stale, failed, refused, each with its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

from partner_kpi.operations import record
from partner_kpi.quarantine_desk import discard_case
from partner_kpi.settings import Settings
from partner_kpi.status import Status, read_status
from tests.conftest import CommandLine

RUN = {"run_id": "r1", "process": os.getpid()}


def quiet(small: Settings) -> Settings:
    """Nothing refused any more; the data are five days old at the published business date, and due after eight."""
    discard_case(small, "2", reason="sent by mistake")
    return small


def states(status: Status) -> list[str]:
    found: list[str] = json.loads(status.as_json())["states"]
    return found


def test_well(small: Settings) -> None:
    """Within its due days, nothing refused, no run that failed: 0."""
    status = read_status(quiet(small))
    assert (status.exit_code, states(status)) == (0, [])
    (export,) = status.exports
    assert (export.data_through, export.age_days, export.due_days) == (date(2026, 7, 31), 5, 8)


def test_refused_is_three_until_it_is_settled(small: Settings, partner_kpi: CommandLine) -> None:
    """The exit code of the command, with the command that opens the case."""
    done = partner_kpi("status", "--home", str(small.home))
    assert done.returncode == 3
    assert "partner-kpi quarantine show 2" in " ".join(done.stdout.split())
    quiet(small)
    assert partner_kpi("status", "--home", str(small.home)).returncode == 0


def test_stale_is_four(small: Settings) -> None:
    """Older than its due days; here by today's date, which the setting `ages_from` asks for."""
    status = read_status(replace(quiet(small), ages_from="today"))
    assert (status.exit_code, states(status)) == (4, ["stale"])


def test_a_failed_run_is_one_until_the_next_is_well(small: Settings) -> None:
    """Whatever else is true; a publication by another way counts as well."""
    quiet(small)
    record(small, "run", result="started", ids=RUN)
    record(small, "run", result="failed", ids=RUN, why="The disk is full.")
    status = read_status(small)
    assert (status.exit_code, states(status)) == (1, ["failed"])
    assert status.last_run is not None and status.last_run.why == "The disk is full."
    record(small, "publish", result="published", ids={"generation": 2})
    assert read_status(small).exit_code == 0


def test_a_run_that_was_killed_has_failed(small: Settings) -> None:
    """It began and wrote no end, and its process is gone; one that lives is running."""
    quiet(small)
    record(small, "run", result="started", ids=RUN)
    running = read_status(small)
    assert running.exit_code == 0
    assert running.last_run is not None and running.last_run.result == "running"
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    record(small, "run", result="started", ids={"run_id": "r2", "process": process.pid})
    killed = read_status(small)
    assert killed.exit_code == 1
    assert killed.last_run is not None and "without a word" in killed.last_run.why


def test_what_a_run_did_not_understand_is_refused_too(small: Settings) -> None:
    """A file that nobody claims keeps the exit code at 3 until a run finds it no more."""
    quiet(small)
    record(small, "run", result="refused", ids=RUN, why="notes.txt fits no pattern.")
    assert (read_status(small).exit_code, read_status(small).problems) == (3, "notes.txt fits no pattern.")
    record(small, "run", result="well", ids=RUN)
    assert read_status(small).exit_code == 0
