"""A table that is made in many parts is the table that is made in one: real dbt, over the loads of the sample."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import duckdb
import numpy as np

from partner_kpi.settings import load_settings
from partner_kpi.warehouse_build import DBT, PROJECT_ARGUMENTS, dbt_environment
from publish.generation import current_generation

ROWS_IN_PART = 2000
REST = "(select * exclude (value) from marts.kpi_values)"
VALUES = """
    select value from marts.kpi_values
    order by kpi_code, statistic, dimension, period_type, period_start, period_end, segment_type, segment_value
"""


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
    reporting = {name: facts.settings[name] for name in settings.reporting()}  # as the sample was run, not as we are
    variables = json.dumps({**reporting, "rows_in_part": ROWS_IN_PART})
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
        assert row is not None
        assert row[0] > 3 * ROWS_IN_PART
        in_parts = _read(connection)
    with duckdb.connect(published.database, read_only=True) as connection:
        whole = _read(connection)
    assert in_parts[0] == whole[0]
    # The last digits of a sum of DOUBLE hang on where the rows of a window lie; nothing else may.
    np.testing.assert_allclose(in_parts[1], whole[1], rtol=1e-12, atol=1e-12)


def _read(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[object, ...] | None, np.ndarray]:
    """Count and hash of all but the values, and the values in the order of their keys (NaN where there is none)."""
    rest = connection.execute(f"select count(*), sum(cast(hash(rest) as hugeint)) from {REST} as rest").fetchone()
    values = connection.execute(VALUES).fetchnumpy()["value"]
    return rest, np.ma.filled(values, np.nan)
