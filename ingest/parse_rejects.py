"""Rejected rows: what could not be read, with the rule, the cell and the line it stands on.

A second look at the file, taken only where the first did not account for every record.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np

from ingest.parse_lines import record_lines
from ingest.parse_plan import Plan
from ingest.parse_values import typed_sql
from ingest.sql import Values, text_literal


def write_rejected(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    target: Path,
    *,
    accepted: int,
    conflicts: Sequence[int],
) -> int:
    """Write the rejected rows as Parquet; returns how many there are.

    `conflicts` are records that the mapping rejects because another row has their key.
    """
    whole = plan.mapping.rows or plan.mapping.unpivot
    if whole or conflicts or accepted != plan.text.records - 1:
        connection.execute(
            "create or replace temp table conflicts as select unnest($1::BIGINT[]) as record",
            [list(conflicts)],
        )
        values = Values()
        connection.execute(f"create or replace temp table rejected as {_rejected_sql(plan, values)}", values.bound)
    else:
        connection.execute(
            "create or replace temp table rejected (record_number BIGINT, rule VARCHAR, column_name VARCHAR,"
            " value VARCHAR, raw_record JSON)"
        )
    _add_lines(connection, plan)
    copied = connection.execute(
        "copy (select record_number, line_number, rule, column_name, value, raw_record from rejected"
        " join lines using (record_number) order by record_number, column_name) to "
        f"{text_literal(str(target))}"
        " (format parquet, compression zstd)"
    ).fetchone()
    return int(copied[0]) if copied else 0


def _rejected_sql(plan: Plan, values: Values) -> str:
    layers = typed_sql(plan, values)
    steps = plan.steps
    names = " ".join(f"when {step.number} then {values.bind(step.wanted.name)}" for step in steps)
    cells = " ".join(f"when {step.number} then s{step.number}" for step in steps)
    key = values.bind(plan.contract.key[0])
    pairs = ", ".join(f"{values.bind(name)}, c{place}" for name, place in plan.header.positions.items())
    return (
        f"{layers} select v._record_number as record_number,"
        " case when _fault > 0 then 'unreadable_value' when _fault < 0 then 'missing_key'"
        " else 'conflicting_duplicate' end as rule,"
        f" coalesce(case abs(_fault) {names} end, {key}) as column_name,"
        f" case abs(_fault) {cells} end as value, cast(json_object({pairs}) as JSON) as raw_record"
        " from valued as v join records using (_record_number)"
        " left join conflicts on conflicts.record = v._record_number"
        " where _fault is not null or conflicts.record is not null"
    )


def _add_lines(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    found = connection.execute("select distinct record_number from rejected order by 1").fetchnumpy()
    records = np.asarray(found["record_number"], dtype=np.int64)
    lines = record_lines(plan.text.path, plan.quote, records) if records.size else records
    connection.execute(
        "create or replace temp table lines as select unnest($1::BIGINT[]) as record_number,"
        " unnest($2::BIGINT[]) as line_number",
        [records.tolist(), lines.tolist()],
    )
