"""What many tests share: one real run of the command line on the sample inbox, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PUBLIC_DATA = PROJECT.parent / "shared" / "data"
CommandLine = Callable[..., subprocess.CompletedProcess[str]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers share the tests by file; all that read the sample's run stay with the worker that made it."""
    for item in items:
        reads_sample = {"sample_home", "built_file"} & set(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("sample" if reads_sample else str(item.path)))


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
    """A home in which the sample inbox was run once. Tests only read it; those that write copy it."""
    home = tmp_path_factory.mktemp("sample") / "home"
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
