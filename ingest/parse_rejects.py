"""Rejected rows: what could not be read, with the rule, the cell and the line it stands on.

What counts as the line in forms that have none is said in `ingest.forms.places`.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from ingest.parse_lines import record_lines
from ingest.parse_plan import Plan
from ingest.sql import text_literal


def write_rejected(connection: duckdb.DuckDBPyConnection, plan: Plan, target: Path) -> int:
    """Write the rejected rows of `staged` as Parquet; returns how many there are."""
    connection.execute(
        "create or replace temp table rejected as select _record_number as record_number,"
        " coalesce(_rule, 'conflicting_duplicate') as rule, coalesce(_column, $1) as column_name, _value as value,"
        " cast(_raw as JSON) as raw_record"
        " from staged where _rule is not null or _place in (select _place from conflicts)",
        [plan.contract.key[0]],
    )
    _add_lines(connection, plan)
    copied = connection.execute(
        "copy (select record_number, part, line_number, rule, column_name, value, raw_record"
        " from rejected join lines using (record_number) order by record_number, column_name, value)"
        f" to {text_literal(str(target))} (format parquet, compression zstd)"
    ).fetchone()
    return int(copied[0]) if copied else 0


def _add_lines(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    found = connection.execute("select distinct record_number from rejected order by 1").fetchnumpy()
    records = np.asarray(found["record_number"], dtype=np.int64)
    by_line = records.size and plan.places.by_line
    numbers = record_lines(plan.text.path, plan.quote, records) if by_line else records
    connection.execute(
        "create or replace temp table lines as select unnest($1::BIGINT[]) as record_number,"
        " unnest($2::BIGINT[]) as line_number, unnest($3::VARCHAR[]) as part",
        [records.tolist(), plan.places.shifted(numbers).tolist(), plan.places.parts_of(numbers)],
    )
