"""Deliveries as the gate meets them, made from a few rows: the parser's Parquet file, and its facts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
from gate_samples import AS_OF

from expectations.gate import AuditReport
from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts

Rows = list[dict[str, Any]]
Audit = Callable[..., AuditReport]


def write_candidate(path: Path, contract: ExportContract, rows: Rows) -> Path:
    """Write rows as the parser does: contract columns, then _extra, _record_number and _row_hash."""
    names = [column.name for column in contract.columns]
    assert not {name for row in rows for name in row} - set(names), "a sample names a column that is not there"
    given = pyarrow.table(
        {name: [row.get(name) for row in rows] for name in names} | {"_record_number": range(1, len(rows) + 1)}
    )
    typed = ", ".join(f'cast("{column.name}" as {column.type}) as "{column.name}"' for column in contract.columns)
    with duckdb.connect() as database:
        database.register("given", given)
        query = f"select {typed}, cast(null as json) as _extra, _record_number, '' as _row_hash from given"
        database.sql(query).write_parquet(str(path))
    return path


def make_facts(contract: ExportContract, row_count: int, **changes: Any) -> DeliveryFacts:
    facts: dict[str, Any] = {
        "export": contract.name,
        "instance": "sf",
        "as_of_date": AS_OF,
        "received_date": AS_OF,
        "rows_in": row_count,
        "rows_accepted": row_count,
        "rows_rejected": 0,
        "rows_collapsed": 0,
        "conflicting_keys": 0,
        "keys_before": 0,
        "keys_lost": 0,
        "extra_columns": (),
    }
    return DeliveryFacts(**facts | changes)
