"""Raw history: how the rows of one delivery change the versions that hold.

A version holds for as-of dates in [_valid_from, _valid_to). This is the fast path, a delivery newer than all
before; an older one replays what came after it (`ingest.history_rebuild`). Both apply a delivery with the
same statements.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingest.contracts import ExportContract, Mode
from ingest.crash_points import passing
from ingest.sql import exact_path, identifier, identifiers, table_name


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """The typed rows of a load (Parquet), and what they say about rows they do not hold."""

    load_seq: int
    as_of_date: date
    revision: int
    mode: Mode
    key: tuple[str, ...]
    range_column: str | None
    parquet: Path


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a load did: versions opened and ended, rows of an append delivery that were known."""

    opened: int
    closed: int
    known: int


def commit_load(
    connection: duckdb.DuckDBPyConnection, contract: ExportContract, instance: str, incoming: Incoming
) -> Change:
    """Bring raw history up to a delivery newer than any before. The caller holds the transaction."""
    return apply(connection, table_name(contract.name), contract, instance, incoming)


def apply(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    contract: ExportContract,
    instance: str,
    incoming: Incoming,
) -> Change:
    """Open and close versions in `table`, whose open versions are the state just before the delivery.

    The rows go from Parquet into the table without a stop: a temporary table of them would cost as much again.
    """
    rows, path = _rows_sql(connection, contract, incoming), exact_path(incoming.parquet)
    same = " and ".join(f"held.{identifier(k)} = new.{identifier(k)}" for k in incoming.key)
    is_open = "_instance = $1 and _superseded_seq is null and _valid_to is null"
    columns = identifiers(contract.column_names)
    insert = f"insert into {table} select {columns}, $1, _extra, _row_hash, $2, null, $3, null, null from {rows} as new"
    values = {"1": instance, "2": incoming.as_of_date, "3": incoming.load_seq, "4": path}
    if connection.execute(f"select 1 from {table} where {is_open} limit 1", [instance]).fetchone() is None:
        passing("load.versions_closed")
        return Change(opened=_changed(connection, insert, values), closed=0, known=0)
    closed = 0
    if incoming.mode != "append":
        closing = _closing_sql(f"(select *, rowid as _place from {table} where {is_open})", same, incoming, rows)
        connection.execute(f"create or replace temp table closing as {closing}", {"1": instance, "4": path})
        update = f"update {table} set _valid_to = $2, _closed_seq = $3 from closing where {table}.rowid = _place"
        closed = _changed(connection, update, {"2": incoming.as_of_date, "3": incoming.load_seq})
    passing("load.versions_closed")
    before = "_instance = $1 and _superseded_seq is null and (_valid_to is null or _closed_seq = $3)"
    unchanged = same if incoming.mode == "append" else f"{same} and held._row_hash = new._row_hash"
    insert += f" where not exists (select 1 from {table} as held where {before} and {unchanged})"
    opened = _changed(connection, insert, values)
    known = _taken(connection, path) - opened if incoming.mode == "append" else 0
    return Change(opened=opened, closed=closed, known=known)


def _rows_sql(connection: duckdb.DuckDBPyConnection, contract: ExportContract, incoming: Incoming) -> str:
    """The rows of the delivery, whose path is bound as $4.

    Columns that an older archive lacks are empty, others take today's type.
    """
    path = exact_path(incoming.parquet)
    present = {row[0] for row in connection.execute("select name from parquet_schema($1)", [path]).fetchall()}
    cells = ", ".join(
        f"cast({identifier(c.name) if c.name in present else 'null'} as {c.type}) as {identifier(c.name)}"
        for c in contract.columns
    )
    return f"(select {cells}, cast(_extra as JSON) as _extra, _row_hash from read_parquet($4))"


def _closing_sql(held: str, same: str, incoming: Incoming, rows: str) -> str:
    """Places of the open versions that the delivery ends."""
    if incoming.mode == "delta":
        return f"select _place from {held} as held join {rows} as new on {same} where held._row_hash <> new._row_hash"
    lost = "new._row_hash is null"
    if incoming.mode == "rolling":
        column = identifier(incoming.range_column or "")
        least, greatest = f"select min({column}) from {rows}", f"select max({column}) from {rows}"
        lost += f" and held.{column} between ({least}) and ({greatest})"
    return (
        f"select _place from {held} as held left join {rows} as new on {same}"
        f" where held._row_hash <> new._row_hash or ({lost})"
    )


def _changed(connection: duckdb.DuckDBPyConnection, statement: str, values: dict[str, object]) -> int:
    """Run a statement that writes; how many rows it wrote."""
    row = connection.execute(statement, values).fetchone()
    return int(row[0]) if row else 0


def _taken(connection: duckdb.DuckDBPyConnection, path: str) -> int:
    row = connection.execute("select count(*) from read_parquet($1)", [path]).fetchone()
    return int(row[0]) if row else 0
