"""The rows of erased people in the warehouse file: counted, and left out where they stand (`ingest.erased` says how).

`offer` was called before, and the caller holds the transaction.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingest.contracts import ExportContract
from ingest.erased import Erased, erased_records_sql, without_erased_sql
from ingest.sql import Values, table_name

_REJECTED = "(select *, rowid as _place from ledger.rejected_rows where list_contains({loads}::BIGINT[], load_seq))"


def count_rows(connection: duckdb.DuckDBPyConnection, erased: Erased, contract: ExportContract) -> int:
    """Versions in raw history that name somebody on the list, whatever is known of them now."""
    sql = _history_sql(erased, contract, values := Values())
    if sql is None:
        return 0
    row = connection.execute(f"select count(*) from ({sql}) where _is_erased", values.bound).fetchone()
    return int(row[0]) if row else 0


def rewrite_history(connection: duckdb.DuckDBPyConnection, erased: Erased, contract: ExportContract) -> None:
    """Make the raw table anew without them, version by version."""
    sql = _history_sql(erased, contract, values := Values())
    if sql is None:
        return
    others = f"select * from {table_name(contract.name)} where _instance <> {values.bind(erased.instance)}"
    connection.execute(
        f"create or replace temp table without as select * exclude (_is_erased) from ({sql}) union all {others}",
        values.bound,
    )
    connection.execute(f"create or replace table {table_name(contract.name)} as from without")
    connection.execute("drop table without")


def loads_with_rejected(connection: duckdb.DuckDBPyConnection, erased: Erased, loads: Sequence[int]) -> set[int]:
    """Those of the loads that rejected a row of somebody on the list."""
    found = _named(connection, erased, loads)
    return {row[0] for row in connection.execute(f"select distinct load_seq from {found}").fetchall()}


def rewrite_rejected_rows(connection: duckdb.DuckDBPyConnection, erased: Erased, loads: Sequence[int]) -> int:
    """Rule and line of such rows stay, value and record do not; returns how many there were."""
    found = _named(connection, erased, loads)
    connection.execute(
        f"update ledger.rejected_rows set value = null, raw_record = null where rowid in (select _place from {found})"
    )
    row = connection.execute(f"select count(*) from {found}").fetchone()
    return int(row[0]) if row else 0


def _named(connection: duckdb.DuckDBPyConnection, erased: Erased, loads: Sequence[int]) -> str:
    values = Values()
    source = _REJECTED.format(loads=values.bind(list(loads)))
    places = erased_records_sql(erased, source, values)
    connection.execute(
        "create or replace temp table rejected_named as select rowid as _place, load_seq from ledger.rejected_rows"
        f" where rowid in ({places})",
        values.bound,
    )
    return "rejected_named"


def _history_sql(erased: Erased, contract: ExportContract, values: Values) -> str | None:
    if not any(column.personal for column in contract.columns):
        return None
    source = f"(select * from {table_name(contract.name)} where _instance = {values.bind(erased.instance)})"
    return without_erased_sql(erased, contract, source, set(contract.column_names), values)
