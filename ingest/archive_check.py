"""Raw history against the archived rows it was made of: nothing lost, nothing doubled. Reads only.

What must hold of history in itself is `ingest.history_check`'s; whether the files are there, `ingest.files_check`'s.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import duckdb

from ingest.ledger import LoadRow, archived
from ingest.sql import exact_path, identifier, table_name

# What holds on a date ($2), as known through a load ($3): the rule that staging relies on.
_HELD = (
    "_instance = $1 and _load_seq <= $3 and (_superseded_seq is null or _superseded_seq > $3) and _valid_from <= $2"
    " and not (coalesce(_closed_seq <= $3, false) and coalesce(_valid_to <= $2, false))"
)


def check_rows_held(
    connection: duckdb.DuckDBPyConnection, home: Path, loads: Sequence[LoadRow], *, removed: Collection[Path]
) -> Iterator[str]:
    """Every row of an accepted load held on its date, as known right after it; of a snapshot, and no other row.

    A row delivered again by an append export counts as held by its key. What was `removed` or cannot be read is
    not looked at: `ingest.files_check` says so. Nor is a delivery that came after a later revision of its date.
    """
    for row in loads:
        if row.verdict != "accepted" or row.as_of_date is None or _was_outdone(row, loads):
            continue
        parquet = archived(home, row).parquet
        if parquet in removed:
            continue
        try:
            lost, strange = _compare(connection, row, parquet)
        except duckdb.Error:
            continue
        place = f"raw history of {row.export} of {row.instance} on {row.as_of_date}, as known at load {row.load_seq}"
        if lost:
            yield f"The {place}, lacks {lost} row(s) that this load had."
        if strange:
            yield f"The {place}, has {strange} row(s) that this snapshot did not have."


def _was_outdone(row: LoadRow, loads: Sequence[LoadRow]) -> bool:
    """Whether a higher revision of the same date was there already, so that this one never was the last word."""
    return row.revision < max(
        (
            other.revision
            for other in loads
            if other.verdict == "accepted" and other.load_seq < row.load_seq and _date(other) == _date(row)
        ),
        default=0,
    )


def _date(row: LoadRow) -> tuple[object, ...]:
    return row.export, row.instance, row.as_of_date


def _compare(connection: duckdb.DuckDBPyConnection, row: LoadRow, parquet: Path) -> tuple[int, int]:
    same = [f"held.{identifier(key)} = new.{identifier(key)}" for key in row.key_columns]
    if row.mode != "append":
        same.append("held._row_hash = new._row_hash")
    found = connection.execute(
        f"with held as (select * from {table_name(row.export)} where {_HELD}), new as (select * from read_parquet($4))"
        f" select (select count(*) from new anti join held on {' and '.join(same)}),"
        f" (select count(*) from held anti join new on {' and '.join(same)})",
        [row.instance, row.as_of_date, row.load_seq, exact_path(parquet)],
    ).fetchone()
    lost, strange = found or (0, 0)
    return int(lost), int(strange) if row.mode == "snapshot" else 0
