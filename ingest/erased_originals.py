"""Deliveries whose bytes are not kept, because they name somebody who was erased: which they are, and where they lay.

Bytes cannot be edited. What was read of them is kept without the person; the loads stay as the ledger has them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import duckdb

from ingest.archive import archived_parquet, quarantine_folder, refused_original
from ingest.ledger import LoadRow


def read_given_up(connection: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """The loads, by number; none in a warehouse that an older version made."""
    if not connection.execute(
        "from duckdb_tables() where schema_name = 'ledger' and table_name = 'erased_originals'"
    ).fetchone():
        return frozenset()
    return frozenset(row[0] for row in connection.execute("select load_seq from ledger.erased_originals").fetchall())


def write_given_up(connection: duckdb.DuckDBPyConnection, loads: Collection[int], *, at: datetime) -> None:
    """Add loads; the caller holds the transaction, and removes the files after it."""
    for number in sorted(set(loads) - read_given_up(connection)):
        connection.execute("insert into ledger.erased_originals values ($1, $2)", [number, at])


def kept_original(home: Path, row: LoadRow) -> Path:
    """Where the bytes of a load lie, accepted or refused."""
    if row.verdict == "accepted":
        assert row.as_of_date is not None
        rows = archived_parquet(home, row.export, row.instance, row.as_of_date, row.load_seq)
        return rows.with_name(f"{rows.stem}__{row.file_name}")
    folder = quarantine_folder(home, row.export, row.instance, row.as_of_date, row.load_seq)
    return refused_original(folder, row.file_name)
