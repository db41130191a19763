"""The raw file: opening it under a lock, and the tables it always has.

Raw tables follow the contracts and exist, empty and typed, as soon as the file does. No keys, indexes or
ALTERs: write-ahead replay of those has left files that do not open. What goes into the tables is
`ingest.history`'s.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.archive import place
from ingest.contracts import Contracts, ExportContract, load_contracts
from ingest.crash_points import passing
from ingest.decisions import DECISIONS_DDL
from ingest.erased import ERASED_DDL
from ingest.errors import WarehouseError
from ingest.ledger import bring_up_to_date
from ingest.lock import hold_lock
from ingest.sql import identifier, table_name, text_literal

SYSTEM_COLUMNS: tuple[tuple[str, str], ...] = (
    ("_instance", "VARCHAR"),
    ("_extra", "JSON"),
    ("_row_hash", "VARCHAR"),
    ("_valid_from", "DATE"),
    ("_valid_to", "DATE"),
    ("_load_seq", "BIGINT"),
    ("_closed_seq", "BIGINT"),
    ("_superseded_seq", "BIGINT"),
)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one connection may use of the machine."""

    memory: str = "2GB"
    temp_size: str = "50GB"
    threads: int = 2

    @property
    def memory_bytes(self) -> int:
        """`memory` as a number."""
        return size_bytes(self.memory)


def size_bytes(text: str) -> int:
    """`4GB` or `512 MiB` in bytes. Raises ValueError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B", text.strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(text)
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** " KMGT".index(unit.upper() or " "))


def connect(
    path: Path | None, *, temp_directory: Path, limits: Limits | None = None, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """A connection with limits, UTC and no extension installs; `path` None = in memory."""
    allowed = limits or Limits()
    connection = duckdb.connect(
        ":memory:" if path is None else str(path),
        read_only=read_only,
        config={
            "memory_limit": allowed.memory,
            "temp_directory": str(temp_directory),
            "max_temp_directory_size": allowed.temp_size,
            "threads": allowed.threads,
            "autoinstall_known_extensions": False,
            "storage_compatibility_version": "latest",  # only this program reads it, and texts cost less
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection


def confine(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Let the connection see the files of one folder (an absolute path) and nothing else, for good."""
    connection.execute(f"set allowed_directories = [{text_literal(str(folder))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


@contextmanager
def open_warehouse(
    path: Path,
    *,
    contracts: Contracts | None = None,
    limits: Limits | None = None,
    read_only: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, alone: raises WarehouseBusyError where another process holds it, WarehouseError where a disk ends.

    Creates file and tables where they are missing. The lock file `warehouse.lock` stands beside `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with hold_lock(path.parent / "warehouse.lock"):
        try:
            if not read_only and not path.exists():
                _create(path, contracts or load_contracts(), limits)
            connection = connect(path, temp_directory=path.parent / "tmp", limits=limits, read_only=read_only)
        except duckdb.Error as error:
            raise WarehouseError(
                f"The warehouse {path} cannot be opened: {error}. If another program reads it, close that "
                "one; "
                "readers belong on the published file."
            ) from error
        try:
            if not read_only:
                create_tables(connection, contracts or load_contracts())
            with told_if_broken_off(path):
                yield connection
                if not read_only:
                    # From the write-ahead log into the file. Closing would try too, and not say that it failed.
                    connection.execute("checkpoint")
                    passing("warehouse.checkpointed")
        finally:
            connection.close()


@contextmanager
def told_if_broken_off(path: Path) -> Iterator[None]:
    """One paragraph where the machine ends the work on the warehouse: disk, memory, permissions. Else nothing."""
    try:
        yield
    except (duckdb.OperationalError, duckdb.FatalException) as error:
        raise WarehouseError(
            f"The work on the warehouse {path} broke off: {str(error).splitlines()[0]}. Nothing is half loaded. "
            "Look at free space, memory and permissions; then run again."
        ) from error


def _create(path: Path, contracts: Contracts, limits: Limits | None) -> None:
    """Make the file beside its place, whole: one that a crash leaves half written would never open again."""
    beside = path.with_name(f".{path.name}.partial")
    for left_by_a_killed_run in (beside, beside.with_name(f"{beside.name}.wal")):
        left_by_a_killed_run.unlink(missing_ok=True)
    connection = connect(beside, temp_directory=path.parent / "tmp", limits=limits)
    try:
        create_tables(connection, contracts)
        connection.execute("checkpoint")  # closing would try too, and not say that it failed
    finally:
        connection.close()
    passing("warehouse.created_beside")
    place(beside, path)


def create_tables(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    """Make every raw table and the ledger where missing; tables of older contracts gain new columns."""
    connection.execute("begin transaction")
    try:
        bring_up_to_date(connection)
        connection.execute(DECISIONS_DDL)
        connection.execute(ERASED_DDL)
        for source in sorted({export.source for export in contracts.exports.values()}):
            connection.execute(f"create schema if not exists {identifier('raw_' + source)}")
        present = _present(connection)
        for export in contracts.exports.values():
            if export.name not in present:
                connection.execute(f"create table {table_name(export.name)} ({_columns_ddl(export)})")
            elif present[export.name] != dict(raw_columns(export)):
                _reshape(connection, export, present[export.name])
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def raw_columns(contract: ExportContract) -> tuple[tuple[str, str], ...]:
    """(name, type) of every column of the raw table, in order."""
    return tuple((column.name, column.type) for column in contract.columns) + SYSTEM_COLUMNS


def _columns_ddl(contract: ExportContract) -> str:
    return ", ".join(f"{identifier(name)} {type_}" for name, type_ in raw_columns(contract))


def _present(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Column types of every raw table there is, by export."""
    tables: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where starts_with(schema_name, 'raw_')"
    ).fetchall():
        tables.setdefault(f"{schema.removeprefix('raw_')}.{table}", {})[column] = type_
    return tables


def _reshape(connection: duckdb.DuckDBPyConnection, contract: ExportContract, present: dict[str, str]) -> None:
    """A contract that gained columns: the table is made anew with them empty. Anything else is refused."""
    wanted = dict(raw_columns(contract))
    changed = sorted(name for name, type_ in present.items() if wanted.get(name) != type_)
    if changed:
        raise WarehouseError(
            f"The contract of {contract.name} no longer has the column(s) {', '.join(changed)} as the "
            "warehouse has them. Columns may be added, not removed or retyped: put them back, or make raw "
            "history anew from the archived deliveries: `partner-kpi rebuild --changed`."
        )
    shaped = ", ".join(
        identifier(name) if name in present else f"cast(null as {type_}) as {identifier(name)}"
        for name, type_ in wanted.items()
    )
    table = table_name(contract.name)
    connection.execute(f"create or replace table {table} as select {shaped} from {table}")
