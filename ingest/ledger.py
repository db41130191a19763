"""The ledger: one row per load, accepted or quarantined, and the rows that loads rejected.

Rows become dataclasses and back here; deciding a verdict is `ingest.load`'s. Duplicates write nothing.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import duckdb

from ingest.archive import archived_parquet
from ingest.contracts import Mode
from ingest.decisions import read_decisions
from ingest.delivery import Delivery, RuleOutcome
from ingest.history import Incoming
from ingest.sql import exact_path, identifiers

LEDGER_DDL = """
create schema if not exists ledger;
create table if not exists ledger.loads (
    load_seq bigint, run_id varchar, export varchar, instance varchar, vendor varchar, file_name varchar,
    as_of_date date, sha256 varchar, bytes bigint,
    rows_in bigint, rows_accepted bigint, rows_rejected bigint, rows_collapsed bigint,
    verdict varchar, failed_rules json, warnings json, mode varchar,
    contract_version varchar, mapping_version varchar, suite_version varchar, history_from date,
    versions_opened bigint, versions_closed bigint, received_at timestamp, committed_at timestamp,
    reason varchar, extra_columns json, key_columns json, range_column varchar, due_days bigint, revision bigint
);
create table if not exists ledger.rejected_rows (
    load_seq bigint, record_number bigint, line_number bigint, rule varchar, column_name varchar,
    value varchar, raw_record json, part varchar
);
create table if not exists ledger.read_columns (load_seq bigint, headers json);
"""


@dataclass(frozen=True, kw_only=True)
class LoadRow:
    """One row of `ledger.loads`; its fields are the table's columns. Times are UTC without zone."""

    load_seq: int
    run_id: str
    export: str
    instance: str
    vendor: str
    file_name: str
    as_of_date: date | None
    sha256: str
    bytes: int
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    rows_collapsed: int
    verdict: str
    failed_rules: tuple[RuleOutcome, ...]
    warnings: tuple[RuleOutcome, ...]
    mode: str
    contract_version: str
    mapping_version: str
    suite_version: str
    history_from: date | None
    versions_opened: int
    versions_closed: int
    received_at: datetime
    committed_at: datetime
    reason: str | None
    extra_columns: tuple[str, ...]
    key_columns: tuple[str, ...]
    range_column: str | None
    due_days: int | None
    revision: int = 0


COLUMNS = tuple(field.name for field in fields(LoadRow))
_RULES = ("failed_rules", "warnings")
_LISTS = ("extra_columns", "key_columns")


def bring_up_to_date(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the ledger's tables, or give the one of an older version the columns that it lacks (no ALTER: DECISIONS)."""
    connection.execute(LEDGER_DDL)
    for table, column, value in (("loads", "revision", "0::bigint"), ("rejected_rows", "part", "null::varchar")):
        name = f"ledger.{table}"
        held = {row[0] for row in connection.execute(f"select column_name from (describe {name})").fetchall()}
        if column not in held:
            connection.execute(f"create or replace table {name} as select *, {value} as {column} from {name}")


def next_sequence(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the next load."""
    row = connection.execute("select coalesce(max(load_seq), 0) + 1 from ledger.loads").fetchone()
    return int(row[0]) if row else 1


def write_load(connection: duckdb.DuckDBPyConnection, load: LoadRow) -> None:
    """Insert the row; the caller holds the transaction."""
    values = [_to_cell(name, getattr(load, name)) for name in COLUMNS]
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    connection.execute(f"insert into ledger.loads ({identifiers(COLUMNS)}) values ({places})", values)


def write_rejected_rows(connection: duckdb.DuckDBPyConnection, load_seq: int, rejected: Path) -> None:
    """Insert the rejected rows of a parsed delivery (Parquet)."""
    connection.execute(
        "insert into ledger.rejected_rows by name select $1 as load_seq, * from read_parquet($2)",
        [load_seq, exact_path(rejected)],
    )


def write_read_columns(connection: duckdb.DuckDBPyConnection, load_seq: int, headers: Sequence[str]) -> None:
    """Keep which headers of its file an accepted load read; the caller holds the transaction."""
    connection.execute("insert into ledger.read_columns values ($1, $2)", [load_seq, json.dumps(list(headers))])


def read_columns(connection: duckdb.DuckDBPyConnection, load_seq: int) -> tuple[str, ...]:
    """The headers that a load read; empty where a warehouse that an older version made does not know."""
    if not connection.execute(
        "from duckdb_tables() where schema_name = 'ledger' and table_name = 'read_columns'"
    ).fetchone():
        return ()
    row = connection.execute("select headers from ledger.read_columns where load_seq = $1", [load_seq]).fetchone()
    return tuple(json.loads(row[0])) if row else ()


def read_loads(connection: duckdb.DuckDBPyConnection, *, export: str | None = None) -> list[LoadRow]:
    """Every load in order of its number; of one export where given."""
    return _read(connection, "$1 is null or export = $1 order by load_seq", [export])


def accepted_since(connection: duckdb.DuckDBPyConnection, export: str, instance: str, as_of: date) -> list[LoadRow]:
    """Accepted loads of an export and instance at or after the date, in the order of the ledger."""
    which = "export = $1 and instance = $2 and verdict = 'accepted' and as_of_date >= $3 order by load_seq"
    return _read(connection, which, [export, instance, as_of])


def find_known(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, *, contract_version: str, suite_version: str
) -> LoadRow | None:
    """The load that makes this delivery a duplicate, or None.

    Known is what was accepted with the same bytes for the same as-of and revision, unless the same file name brought
    other bytes since (a correction taken back); what was quarantined under the same mapping, contract
    and suite; and what a person discarded, whatever judges it now.
    """
    loads = _read(
        connection,
        "export = $1 and instance = $2 and (sha256 = $3 or (file_name = $4 and verdict = 'accepted'))"
        " order by load_seq desc",
        [delivery.export, delivery.instance, delivery.sha256, delivery.path.name],
    )
    judged_by = (delivery.mapping_version, contract_version, suite_version)
    discarded = {decision.load_seq for decision in read_decisions(connection) if decision.decision == "discarded"}
    for load in loads:
        if load.sha256 != delivery.sha256 or delivery.as_of_date not in (None, load.as_of_date):
            continue
        if load.revision != delivery.revision:
            continue
        if load.verdict == "accepted":
            replaced = any(
                later.load_seq > load.load_seq
                and later.as_of_date == load.as_of_date
                and later.file_name == delivery.path.name
                and later.sha256 != load.sha256
                and later.verdict == "accepted"
                for later in loads
            )
            return None if replaced else load
        if load.load_seq in discarded:
            return load
        if (load.mapping_version, load.contract_version, load.suite_version) == judged_by:
            return load
    return None


def _to_cell(name: str, value: object) -> object:
    if name in _RULES and isinstance(value, tuple):
        return json.dumps([rule.as_json() for rule in value])
    if name in _LISTS and isinstance(value, tuple):
        return json.dumps(list(value))
    return value


def _read(connection: duckdb.DuckDBPyConnection, which: str, values: Sequence[object]) -> list[LoadRow]:
    """Loads by a condition; columns that a ledger of an older version lacks have their defaults."""
    result = connection.execute(f"select * from ledger.loads where {which}", list(values))
    names = [column[0] for column in result.description]
    return [_from_cells(dict(zip(names, row, strict=True))) for row in result.fetchall()]


def _from_cells(cells: dict[str, Any]) -> LoadRow:
    for name in _RULES:
        cells[name] = tuple(RuleOutcome(**rule) for rule in _listed(cells[name]))
    for name in _LISTS:
        cells[name] = tuple(_listed(cells[name]))
    return LoadRow(**cells)


def _listed(text: str | None) -> list[Any]:
    listed: list[Any] = json.loads(text) if text else []
    return listed


def archived(home: Path, row: LoadRow) -> Incoming:
    """An accepted load as history takes it in again, from its archived rows."""
    assert row.as_of_date is not None
    return Incoming(
        load_seq=row.load_seq,
        as_of_date=row.as_of_date,
        revision=row.revision,
        mode=cast("Mode", row.mode),
        key=row.key_columns,
        range_column=row.range_column,
        parquet=archived_parquet(home, row.export, row.instance, row.as_of_date, row.load_seq),
    )
