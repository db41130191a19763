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

ROWS_IN_PART = 2000
# The last digits of a sum of DOUBLE hang on where a window's rows lie; nothing else may.
DIFFERING = """
    with parts as (from parts.marts.kpi_values), whole as (from whole.marts.kpi_values)
    select kpi_code from (select * exclude (value) from parts except all select * exclude (value) from whole)
    union all
    select kpi_code from (select * exclude (value) from whole except all select * exclude (value) from parts)
    union all
    select kpi_code
    from parts
    inner join whole
        using (kpi_code, statistic, dimension, period_type, period_start, period_end, segment_type, segment_value)
    where
        (parts.value is null) != (whole.value is null)
        or abs(parts.value - whole.value) > 1e-12 * greatest(abs(whole.value), 1)
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
    variables = json.dumps({**settings.reporting(), "rows_in_part": ROWS_IN_PART})
    done = subprocess.run(
        [DBT, "--quiet", "run", "--select", "+kpi_values", *PROJECT_ARGUMENTS, "--vars", variables],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'partner_kpi.duckdb'}' as parts (read_only)")
        connection.execute(f"attach '{published.database}' as whole (read_only)")
        row = connection.execute("select count(*) from parts.intermediate.int_clock_evidence").fetchone()
        assert row is not None
        assert row[0] > 3 * ROWS_IN_PART
        assert connection.execute(DIFFERING).fetchall() == []
