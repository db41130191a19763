"""What many tests share: one real run of the command line on the sample inbox, in a home of its own."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

PROJECT = Path(__file__).resolve().parents[1]
PUBLIC_DATA = PROJECT.parent / "shared" / "data"
CommandLine = Callable[..., subprocess.CompletedProcess[str]]


def pytest_configure(config: pytest.Config) -> None:
    """`make test` draws the same examples each time; the long tests look further."""
    hypothesis.settings.register_profile("the same examples", derandomize=True)
    if config.option.markexpr == "not long":
        hypothesis.settings.load_profile("the same examples")


def run_command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`partner-kpi` as a process of its own, as a person or cron would call it."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("partner-kpi")), *arguments],
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "140", **environment},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


@pytest.fixture(scope="session")
def partner_kpi() -> CommandLine:
    """The command line."""
    return run_command


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the sample inbox was run once, whichever worker asked first. Tests only read it, or copy it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "sample" / "home"
    home.parent.mkdir(exist_ok=True)
    with (shared / "sample" / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "first_report.json").is_file():
            done = run_command("run", "--home", str(home), "--json", PARTNER_KPI_FISCAL_YEAR_START="2")
            assert done.returncode == 0, done.stdout + done.stderr
            (home / "first_report.json").write_text(done.stdout, encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def sample_report(sample_home: Path) -> dict[str, Any]:
    """What the run on the sample inbox said of itself."""
    report: dict[str, Any] = json.loads((sample_home / "first_report.json").read_text("utf-8"))
    return report


@pytest.fixture(scope="session")
def sample_file(sample_home: Path) -> Path:
    """The published marts of the sample."""
    return sample_home / "published" / "current" / "partner_kpi.duckdb"


@pytest.fixture(scope="session")
def public_data() -> Path:
    """Public samples that are not part of the project; tests skip where they are missing."""
    if not PUBLIC_DATA.is_dir():
        pytest.skip("the public samples are not beside the project")
    return PUBLIC_DATA
