"""A server that cannot be reached, met by the command line: the rest of the run goes on and says so."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import CommandLine
from tests.ingest.pulling.servers import closed_port


def test_a_run_goes_on_without_its_inbox(sample_home: Path, tmp_path: Path, partner_kpi: CommandLine) -> None:
    """What is published stays, exit code 3, one paragraph that names the server and no password."""
    home = tmp_path / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    done = partner_kpi(
        "run", "--home", str(home), "--inbox", f"sftp://partner@127.0.0.1:{closed_port()}/",
        PARTNER_KPI_INBOX_PASSWORD="hush-hush-7", PARTNER_KPI_INBOX_HOST_KEYS="SHA256:" + "A" * 43,
        PARTNER_KPI_INBOX_RETRY_SECONDS="0.1", PARTNER_KPI_FISCAL_YEAR_START="2",
    )  # fmt: skip
    words = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 3, words
    assert "the SFTP server 127.0.0.1" in words and "5 tries were made" in words
    assert "hush-hush-7" not in words and "Traceback" not in words


def test_an_inbox_with_a_password_in_it_is_wrong_usage(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """Refused before anything is asked, and not repeated."""
    done = partner_kpi("run", "--home", str(tmp_path), "--inbox", "sftp://partner:hush-hush-7@127.0.0.1/")
    assert done.returncode == 2
    assert "PARTNER_KPI_INBOX_PASSWORD" in done.stderr and "hush" not in done.stderr
