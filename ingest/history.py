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
    """Open and close versions in `table`, whose open versions are the state just before the delivery."""
    take_rows(connection, contract, incoming)
    same = " and ".join(f"held.{identifier(k)} = new.{identifier(k)}" for k in incoming.key)
    held = (
        f"(select *, rowid as _place from {table}"
        " where _instance = $1 and _superseded_seq is null and _valid_to is null)"
    )
    connection.execute(
        "create or replace temp table opening as select new.* from incoming as new"
        f" left join {held} as held on {same}"
        " where held._place is "
        f"null{'' if incoming.mode == 'append' else ' or held._row_hash <> new._row_hash'}",
        [instance],
    )
    known = 0
    if incoming.mode == "append":
        known = _count(connection, "incoming") - _count(connection, "opening")
    connection.execute(f"create or replace temp table closing as {_closing_sql(held, same, incoming)}", [instance])
    connection.execute(
        f"update {table} set _valid_to = $1, _closed_seq = $2 from closing where {table}.rowid = closing._place",
        [incoming.as_of_date, incoming.load_seq],
    )
    passing("load.versions_closed")
    columns = identifiers(contract.column_names)
    connection.execute(
        f"insert into {table} select {columns}, $1, _extra, _row_hash, $2, null, $3, null, null from opening",
        [instance, incoming.as_of_date, incoming.load_seq],
    )
    return Change(opened=_count(connection, "opening"), closed=_count(connection, "closing"), known=known)


def take_rows(connection: duckdb.DuckDBPyConnection, contract: ExportContract, incoming: Incoming) -> None:
    """The temporary table `incoming`; columns that an older archive lacks are empty, others take today's type."""
    path = exact_path(incoming.parquet)
    present = {row[0] for row in connection.execute("select name from parquet_schema($1)", [path]).fetchall()}
    cells = ", ".join(
        f"cast({identifier(c.name) if c.name in present else 'null'} as {c.type}) as {identifier(c.name)}"
        for c in contract.columns
    )
    connection.execute(
        f"create or replace temp table incoming as select {cells}, cast(_extra as JSON) as _extra, _row_hash"
        " from read_parquet($1)",
        [path],
    )


def _closing_sql(held: str, same: str, incoming: Incoming) -> str:
    """Places of the open versions that the delivery ends."""
    changed = (
        f"select held._place from {held} as held join incoming as new on {same} where held._row_hash <> new._row_hash"
    )
    lost = f"select held._place from {held} as held anti join incoming as new on {same}"
    if incoming.mode == "append":
        return f"select held._place from {held} as held where false"
    if incoming.mode == "delta":
        return changed
    if incoming.mode == "rolling":
        column = identifier(incoming.range_column or "")
        least, greatest = f"select min({column}) from incoming", f"select max({column}) from incoming"
        lost += f" where held.{column} between ({least}) and ({greatest})"
    return f"{changed} union all {lost}"


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
