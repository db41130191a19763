"""A server that cannot be reached: the rest of the run goes on and says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pulling.address import RemoteInbox
from partner_kpi.quarantine_desk import discard_case
from partner_kpi.settings import Settings
from tests.conftest import CommandLine
from tests.crashes.steps import run
from tests.ingest.pulling.servers import closed_port
from tests.publish.conftest import write_build


@pytest.mark.long
def test_a_run_goes_on_without_its_inbox(small: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was loaded before is published; exit code 3 and one paragraph, which names the server and no password."""
    discard_case(small, "2", reason="sent by mistake")
    settings = replace(
        small, inbox=RemoteInbox(scheme="sftp", host="127.0.0.1", port=closed_port(), user="partner"),
        inbox_password="hush-hush-7", inbox_host_keys=("SHA256:" + "A" * 43,), inbox_retry_seconds=0,
    )  # fmt: skip
    assert run(settings, build=str(write_build(tmp_path / "build.duckdb"))) == 3
    said = capsys.readouterr().out
    report = json.loads(said)
    (problem,) = report["problems"]
    assert "the SFTP server 127.0.0.1" in problem and "5 tries were made" in problem and "hush" not in said
    assert report["refusals"] == [] and report["is_new_generation"]


def test_an_inbox_with_a_password_in_it_is_wrong_usage(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """Refused before anything is asked, and not repeated."""
    done = partner_kpi("run", "--home", str(tmp_path), "--inbox", "sftp://partner:hush-hush-7@127.0.0.1/")
    assert done.returncode == 2
    assert "PARTNER_KPI_INBOX_PASSWORD" in done.stderr and "hush" not in done.stderr
