"""dbt's own unit tests, which state what the business agreed, on a warehouse that holds nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ingest.warehouse import open_warehouse
from tests.conftest import PROJECT


def test_every_dbt_unit_test_passes(tmp_path: Path) -> None:
    """All unit tests of all models pass; there are at least ninety."""
    with open_warehouse(tmp_path / "warehouse.duckdb"):
        pass
    _dbt(tmp_path, "run", "--empty")
    _dbt(tmp_path, "test", "--select", "test_type:unit")
    results = json.loads((tmp_path / "target" / "run_results.json").read_text("utf-8"))["results"]
    assert {result["status"] for result in results} == {"pass"}
    assert len(results) >= 90


def _dbt(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), *command, "--project-dir", str(PROJECT / "dbt"),
         "--profiles-dir", str(PROJECT / "dbt")],
        env={**os.environ, "DO_NOT_TRACK": "1", "PARTNER_KPI_PSEUDONYM_KEY": "0123456789abcdef" * 2,
             "PARTNER_KPI_WAREHOUSE": str(folder / "warehouse.duckdb"),
             "PARTNER_KPI_BUILD_FILE": str(folder / "partner_kpi.duckdb"),
             "DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
