"""Raw history made anew from the archived deliveries: after a contract change, or to see that it is what they say.

Loads are worked in one after the other as they were then, late ones by `ingest.history_rebuild`: so the versions
that hold are those of as-of order, and what was known at each load stays known. A new file is written beside, compared
with the old one, and takes its place in one step. The caller holds the home's lock.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest import ledger
from ingest.archive import place
from ingest.contracts import Contracts, ExportContract
from ingest.crash_points import passing
from ingest.errors import WarehouseError
from ingest.history import commit_load
from ingest.history_rebuild import rebuild_history
from ingest.ledger import LoadRow
from ingest.lock import hold_lock
from ingest.sql import identifier, table_name, text_literal
from ingest.warehouse import Limits, connect, create_tables, told_if_broken_off

_BESIDE = "warehouse.rebuilt.duckdb"


class ArchiveMissingError(WarehouseError):
    """Deliveries that history was made of are no longer in the archive."""


class HistoryDiffersError(WarehouseError):
    """The archived deliveries give another history than the warehouse has, and nobody said that they should."""


@dataclass(frozen=True, kw_only=True)
class RebuiltTable:
    """One raw table, before and after. Versions are its rows, whatever they say of what was known when."""

    export: str
    versions_before: int
    versions_after: int
    is_equal: bool


@dataclass(frozen=True, kw_only=True)
class _Files:
    home: Path
    old: Path
    new: Path


def rebuild(
    home: Path,
    warehouse: Path,
    contracts: Contracts,
    *,
    exports: Sequence[str] | None = None,
    may_differ: bool = False,
    limits: Limits | None = None,
) -> tuple[RebuiltTable, ...]:
    """Make the history of these exports (None: all) anew; the others and the ledger are taken over.

    Raises ArchiveMissingError where a delivery is no longer archived, HistoryDiffersError where a table comes out
    differently and `may_differ` is not said, WarehouseError where a delivery does not fit the contract. The warehouse
    then stays as it was.
    """
    chosen = tuple(contracts.exports if exports is None else exports)
    files = _Files(home=home, old=warehouse, new=warehouse.with_name(_BESIDE))
    with hold_lock(warehouse.parent / "warehouse.lock"), told_if_broken_off(warehouse):
        if not files.old.is_file():
            raise WarehouseError(f"There is no warehouse at {files.old} yet: start with `partner-kpi run`.")
        _remove(files.new)
        _checkpoint(files.old, limits)
        try:
            tables = _write(files, contracts, chosen, limits)
            differing = [table for table in tables if not table.is_equal]
            if differing and not may_differ:
                raise HistoryDiffersError(
                    "The archived deliveries give another history of "
                    f"{', '.join(_difference(table) for table in differing)}. Nothing was changed. Where that is "
                    "meant, after a change of contract, say so: `partner-kpi rebuild --changed`."
                )
            _swap(files)
        except BaseException:
            _remove(files.new)
            raise
    return tables


def _write(
    files: _Files, contracts: Contracts, chosen: Sequence[str], limits: Limits | None
) -> tuple[RebuiltTable, ...]:
    connection = connect(files.new, temp_directory=files.home / "tmp", limits=limits)
    try:
        create_tables(connection, contracts)
        connection.execute(f"attach {text_literal(str(files.old))} as old (read_only)")
        _take_over_ledger(connection)
        ledger.bring_up_to_date(connection)
        loads = [row for row in ledger.read_loads(connection) if row.verdict == "accepted"]
        _refuse_missing(files.home, [row for row in loads if row.export in chosen])
        tables = []
        for name, contract in contracts.exports.items():
            if name in chosen:
                tables.append(_rebuild_table(connection, files.home, contract, [r for r in loads if r.export == name]))
            else:
                connection.execute(f"insert into {table_name(name)} by name select * from old.{table_name(name)}")
        connection.execute("detach old")
        connection.execute("checkpoint")
    finally:
        connection.close()
    return tuple(tables)


def _rebuild_table(
    connection: duckdb.DuckDBPyConnection, home: Path, contract: ExportContract, loads: list[LoadRow]
) -> RebuiltTable:
    for number, row in enumerate(loads):
        incoming = ledger.archived(home, row)
        of_then = dataclasses.replace(contract, key=incoming.key, mode=incoming.mode)
        later = [
            ledger.archived(home, other)
            for other in loads[:number]
            if other.instance == row.instance and ledger.archived(home, other).as_of_date >= incoming.as_of_date
        ]
        connection.execute("begin transaction")
        try:
            if later:
                rebuild_history(connection, of_then, row.instance, incoming, later)
            else:
                commit_load(connection, of_then, row.instance, incoming)
            connection.execute("commit")
        except (duckdb.ConversionException, duckdb.BinderException) as error:
            connection.execute("rollback")
            raise WarehouseError(
                f"{row.file_name} (load {row.load_seq}, {row.export}) does not fit its contract any more: "
                f"{str(error).splitlines()[0]}. Change the contract so that it reads what was accepted."
            ) from error
    old, new = (_fingerprint(connection, catalog, contract.name) for catalog in ("old", None))
    return RebuiltTable(export=contract.name, versions_before=old[0], versions_after=new[0], is_equal=old == new)


def _take_over_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'old' and schema_name = 'ledger' order by 1"
    ).fetchall()
    for (table,) in tables:
        name = f"ledger.{identifier(table)}"
        connection.execute(f"create or replace table {name} as from old.{name}")


def _refuse_missing(home: Path, loads: list[LoadRow]) -> None:
    missing = [row for row in loads if not ledger.archived(home, row).parquet.is_file()]
    if missing:
        exports = ", ".join(sorted({row.export for row in missing}))
        files = ", ".join(f"{row.instance}/{row.file_name} (load {row.load_seq})" for row in missing[:3])
        raise ArchiveMissingError(
            f"{len(missing)} accepted deliveries of {exports} are no longer archived, the first of them {files}: their "
            "history cannot be made anew. Rebuild other exports with --export, or put the files back from a backup."
        )


def _fingerprint(connection: duckdb.DuckDBPyConnection, catalog: str | None, export: str) -> tuple[int, str, str]:
    """Rows, columns and content of a raw table, whatever the order of rows; nothing where there is no table."""
    schema, table = (part.strip('"') for part in table_name(export).split("."))
    columns = connection.execute(
        "select column_name || ' ' || data_type from duckdb_columns()"
        " where database_name = coalesce($1, current_database()) and schema_name = $2 and table_name = $3 order by 1",
        [catalog, schema, table],
    ).fetchall()
    if not columns:
        return 0, "", ""
    name = table_name(export) if catalog is None else f"{identifier(catalog)}.{table_name(export)}"
    row = connection.execute(
        f"select count(*), cast(coalesce(sum(cast(hash(held) as hugeint)), 0) as varchar) from {name} as held"
    ).fetchone()
    assert row is not None
    return int(row[0]), ", ".join(column for (column,) in columns), row[1]


def _difference(table: RebuiltTable) -> str:
    return f"{table.export} ({table.versions_before:,} versions, anew {table.versions_after:,})"


def _checkpoint(path: Path, limits: Limits | None) -> None:
    """Leave no write-ahead log beside the old file: it would be replayed into the new one."""
    connection = connect(path, temp_directory=path.parent / "tmp", limits=limits)
    try:
        connection.execute("checkpoint")
    finally:
        connection.close()


def _swap(files: _Files) -> None:
    for path in (files.old, files.new):
        if path.with_name(f"{path.name}.wal").exists():
            raise WarehouseError(f"{path} was not closed, its write-ahead log is still there. Nothing was changed.")
    with duckdb.connect(files.new, read_only=True) as connection:
        connection.execute("select count(*) from ledger.loads").fetchone()
    passing("rebuild.written")
    place(files.new, files.old)


def remove_beside(warehouse: Path) -> None:
    """What a rebuild that died left beside the raw file. The caller holds the home's lock."""
    _remove(warehouse.with_name(_BESIDE))


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}.wal")):
        each.unlink(missing_ok=True)
