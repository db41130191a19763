"""The one pass over the text: every row typed, numbered and judged, in a Parquet file of this parse's own.

Accepted and rejected rows are then told apart without reading the text again. The file is gone after the parse.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from pathlib import Path

import duckdb

from ingest.parse_plan import ORDER, Plan
from ingest.parse_values import typed_sql
from ingest.sql import Values, exact_path, identifiers, text_literal


def stage(connection: duckdb.DuckDBPyConnection, plan: Plan, target: Path) -> int:
    """Write every row to `target` and make the temporary view `staged` of them; returns how many there are.

    Columns beside the contract's: _extra, _row_hash, _record_number, _place (unique), _rule, _column and _value
    (NULL where the row can be read), _raw (the record as JSON, where the row is or may yet be rejected), _order.
    """
    values = Values()
    copied = connection.execute(
        f"copy ({_staged_sql(plan, values)}) to {text_literal(str(target))} (format parquet, compression snappy)",
        values.bound,
    ).fetchone()
    # A COPY of nothing but projections writes rows in the order of the file, on however many threads.
    number = ", file_row_number + 1 as _record_number" if plan.is_straight else ""
    connection.execute(
        f"create or replace temp view staged as select * exclude (file_row_number){number}, file_row_number as _place"
        f" from read_parquet({text_literal(exact_path(target))}, file_row_number = true)"
    )
    return int(copied[0]) if copied else 0


def _staged_sql(plan: Plan, values: Values) -> str:
    names = [*plan.contract.column_names, "_extra", "_row_hash"]
    if not plan.is_straight:
        names.append("_record_number")
    if plan.mapping.on_duplicate.keep_last_by:
        names.append(ORDER)
    layers = typed_sql(plan, values)
    columns = " ".join(f"when {step.number} then {values.bind(step.wanted.name)}" for step in plan.steps)
    cells = " ".join(f"when {step.number} then s{step.number}" for step in plan.steps)
    pairs = ", ".join(f"{values.bind(name)}, c{place}" for name, place in plan.header.positions.items())
    may_conflict = " or true" if plan.mapping.on_duplicate.policy == "reject" else ""
    return (
        f"{layers} select {identifiers(names)},"
        " case when _fault > 0 then 'unreadable_value' when _fault < 0 then 'missing_key' end as _rule,"
        f" case abs(_fault) {columns} end as _column, case abs(_fault) {cells} end as _value,"
        f" case when _fault is not null{may_conflict} then json_object({pairs}) end as _raw from valued"
    )
