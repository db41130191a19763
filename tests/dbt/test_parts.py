"""A table that is made in many parts is the table that is made in one: real dbt, over the loads of the sample."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import duckdb

from partner_kpi.settings import load_settings
from partner_kpi.warehouse_build import DBT, PROJECT_ARGUMENTS, dbt_environment
from publish.generation import current_generation
from publish.relations import hash_rows

ROWS_IN_PART = 2000


def test_values_do_not_hang_on_the_number_of_parts(sample_home: Path, tmp_path: Path) -> None:
    settings = load_settings(home=sample_home)
    published = current_generation(settings.published)
    assert published is not None
    facts = published.manifest.facts
    environment = {
        **dbt_environment(settings),
        "PARTNER_KPI_BUILD_FILE": str(tmp_path / "partner_kpi.duckdb"),
        "PARTNER_KPI_AS_OF": facts.as_of_date.isoformat(),
        "PARTNER_KPI_KNOWN_SEQUENCE": str(facts.known_sequence),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    variables = json.dumps({**settings.reporting(), "rows_in_part": ROWS_IN_PART})
    done = subprocess.run(
        [DBT, "--quiet", "run", "--select", "+kpi_values", *PROJECT_ARGUMENTS, "--vars", variables],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect(tmp_path / "partner_kpi.duckdb", read_only=True) as connection:
        row = connection.execute("select count(*) from intermediate.int_clock_evidence").fetchone()
        in_parts = hash_rows(connection, "marts", "kpi_values")
    assert row is not None
    assert row[0] > 3 * ROWS_IN_PART
    (whole,) = (each for each in published.manifest.relations if each.name == "marts.kpi_values")
    assert in_parts == (whole.rows, whole.content_hash)
