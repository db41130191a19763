"""The worked examples of CONTRIBUTING.md work as they are written: a vendor and a KPI family, added to a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT
from tests.end_to_end.contributing import follow, steps

ROOMS = ("bench", "dagster_project", "dbt", "expectations", "ingest", "partner_kpi", "publish", "seeds", "tests")
NOT_COPIED = shutil.ignore_patterns("exports", "__pycache__", "target", "logs", "*.duckdb")


@pytest.mark.long
def test_the_worked_examples_work_as_they_are_written(tmp_path: Path) -> None:
    """Every file written, every command run, word for word; the new numbers are published and the lists stay equal."""
    project = tmp_path / "project"
    for room in ROOMS:
        shutil.copytree(PROJECT / room, project / room, ignore=NOT_COPIED)
    environment = _environment(project)
    for step in steps((PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        follow(step, project, environment)
    _learners_and_downloads(project / "var" / "contributing" / "published" / "current" / "partner_kpi.duckdb")
    _run(project, environment, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contracts")
    for command in (
        ("run", "--empty", "--select", "+evidence__portal"),
        ("test", "--select", "test_type:unit,evidence__portal"),
    ):
        _run(project, _of_dbt(project, environment), str(Path(sys.executable).with_name("dbt")), *command)


def _learners_and_downloads(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        matched = connection.execute(
            "select partner_id, match_rule from marts.match_review where source_export = 'lms.companies'"
        ).fetchall()
        downloads = connection.execute(
            "select value from marts.kpi_values where kpi_code = 'asset_download_count' and dimension = 'de'"
            " and segment_type = 'partner' and period_type = 'trailing_12m' and value > 0"
        ).fetchall()
    assert matched == [("generic:P-1", "foreign_id")]
    assert downloads == [(2.0,)]


def _run(project: Path, environment: dict[str, str], *command: str) -> None:
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _of_dbt(project: Path, environment: dict[str, str]) -> dict[str, str]:
    return {
        **environment,
        "DBT_PROJECT_DIR": str(project / "dbt"),
        "DBT_PROFILES_DIR": str(project / "dbt"),
        "PARTNER_KPI_WAREHOUSE": str(project / "var" / "contributing" / "warehouse.duckdb"),
        "PARTNER_KPI_BUILD_FILE": str(project / "partner_kpi.duckdb"),
    }


def _environment(project: Path) -> dict[str, str]:
    """The commands of the copy, before any other."""
    commands = project / "commands"
    commands.mkdir()
    command = commands / "partner-kpi"
    code = "from partner_kpi.cli import main; main()"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(project), "NO_COLOR": "1", "COLUMNS": "140"}
