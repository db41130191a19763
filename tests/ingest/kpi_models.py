"""dbt's own models, compiled once, over any raw file: what `kpi_fold` is compared with.

The SQL is that of `dbt/`, from staging to kpi_values, word for word; only the sums and stocks of a few codes are asked
for, so that it takes a quarter of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import yaml

from ingest.contracts import load_contracts
from ingest.sql import table_name
from ingest.warehouse import create_tables
from tests.conftest import PROJECT
from tests.dbt.mechanism import DBT, Models

_POLICIES = ("kpi_catalogue", "segments", "deal_stages", "registration_statuses", "partner_roles")
_FAMILIES = ("deal_outcomes", "deal_registration")
# Values to compile with, that stand nowhere else in the SQL.
_AS_OF, _KNOWN = "1987-06-05", "198765"


def read_values(
    warehouse: Path, exports: Sequence[str], codes: Sequence[str], as_of: date, known_at: int
) -> dict[tuple[str, str, date], float | None]:
    """(KPI, period, first day) -> value of everything together, by month and for all time."""
    with _empty(codes) as connection:
        connection.execute(f"attach '{warehouse}' as kept (read_only)")
        for table in (*map(table_name, exports), "ledger.loads"):
            connection.execute(f"insert into {table} by name from kept.{table}")
        for statement in _statements(tuple(codes)):
            connection.execute(statement.replace(_AS_OF, str(as_of)).replace(_KNOWN, str(known_at)))
        found = connection.execute(
            "select kpi_code, period_type, period_start, value from kpi_values where statistic = 'value'"
            " and segment_type = 'all' and period_type in ('month', 'all_time')"
        ).fetchall()
    return {(code, period, start): value for code, period, start, value in found}


@cache
def _statements(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What makes kpi_values, in order; the business date and the last load known are those to be replaced."""
    said = yaml.safe_load((DBT / "dbt_project.yml").read_text("utf-8"))["vars"]
    environment = {"PARTNER_KPI_AS_OF": _AS_OF, "PARTNER_KPI_KNOWN_SEQUENCE": _KNOWN}
    with _empty(codes) as connection:
        # What is rendered is run as well, on nothing: so it is dbt's order, and binds.
        models = Models(connection, variables=said | {"kpi_families": _FAMILIES}, environment=environment)
        models.build("kpi_values")
    return tuple(models.statements)


def _empty(codes: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """Every raw table, empty, and the policies that the models read."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    create_tables(connection, load_contracts())
    for policy in _POLICIES:
        connection.execute(
            f"insert into raw_policy.{policy} by name select *, date '2000-01-01' as _valid_from, 0 as _load_seq"
            " from read_csv($1, all_varchar = true, header = true)",
            [str(PROJECT / "seeds" / "reference" / f"{policy}.csv")],
        )
    connection.execute("delete from raw_policy.kpi_catalogue where not list_contains($1, kpi_code)", [list(codes)])
    return connection
