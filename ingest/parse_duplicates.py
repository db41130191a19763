"""Several rows of one key in one delivery: identical ones collapse, conflicting ones follow the mapping.

What the mapping leaves standing is counted, and the gate refuses it.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.parse_plan import ORDER, Plan
from ingest.sql import exact_path, identifier, identifiers, text_literal


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """What was found: rows collapsed, records to reject, keys that still have conflicting rows."""

    collapsed: int = 0
    rejected: tuple[int, ...] = ()
    conflicting_keys: int = 0


def settle_duplicates(connection: duckdb.DuckDBPyConnection, plan: Plan, parquet: Path) -> Duplicates:
    """Rewrite the candidate without the rows that collapse or are to be rejected."""
    key, rows = identifiers(plan.contract.key), "read_parquet($1)"
    path = [exact_path(parquet)]
    repeated = connection.execute(
        f"select count(*) from (select 1 from {rows} group by {key} having count(*) > 1)", path
    ).fetchone()
    ordered = plan.mapping.on_duplicate.keep_last_by is not None
    if not ordered and repeated is not None and repeated[0] == 0:
        return Duplicates()
    order = f"{identifier(ORDER)} desc nulls last, _record_number desc" if ordered else "_record_number"
    within = f"partition by {key}" if ordered else f"partition by {key}, _row_hash"
    connection.execute(
        f"create or replace temp table ranked as select _record_number, {key}, _row_hash,"
        f" row_number() over ({within} order by {order}) > 1 as is_copy from {rows}",
        path,
    )
    connection.execute(
        f"create or replace temp table conflicting as select _record_number, {key} from ranked"
        f" where not is_copy qualify count(*) over (partition by {key}) > 1"
    )
    reject = plan.mapping.on_duplicate.policy == "reject"
    rejected = _numbers(connection, "select _record_number from conflicting order by 1") if reject else ()
    keys = _numbers(connection, f"select count(*) from (select distinct {key} from conflicting)")[0]
    collapsed = _numbers(connection, "select count(*) from ranked where is_copy")[0]
    _rewrite(connection, plan, parquet, reject=reject)
    return Duplicates(collapsed=collapsed, rejected=rejected, conflicting_keys=0 if reject else keys)


def _rewrite(connection: duckdb.DuckDBPyConnection, plan: Plan, parquet: Path, *, reject: bool) -> None:
    """Unpivoted rows share a record number, so a row is told by its number, key and hash."""
    names = identifiers([*plan.contract.column_names, "_extra", "_record_number", "_row_hash"])
    same = " and ".join(f"gone.{identifier(k)} = kept.{identifier(k)}" for k in (*plan.contract.key, "_row_hash"))
    rejected = " or _record_number in (select _record_number from conflicting)" if reject else ""
    whole = parquet.with_suffix(".settled")
    connection.execute(
        f"copy (select {names} from read_parquet($1) as kept where not exists (select 1 from ranked as gone"
        f" where (gone.is_copy{rejected}) and gone._record_number = kept._record_number and {same}))"
        f" to {text_literal(str(whole))} (format parquet, compression zstd)",
        [exact_path(parquet)],
    )
    whole.replace(parquet)


def _numbers(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    return tuple(int(row[0]) for row in connection.execute(sql).fetchall())
