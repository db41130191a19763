"""Several rows of one key in one delivery: identical ones collapse, conflicting ones follow the mapping.

What the mapping leaves standing is counted, and the gate refuses it.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ingest.parse_plan import ORDER, Plan
from ingest.sql import identifier, identifiers


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """What was found: rows collapsed, rows to reject, keys that still have conflicting rows."""

    collapsed: int
    rejected: int
    conflicting_keys: int


def settle_duplicates(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Duplicates:
    """Decide over the readable rows of `staged`.

    Makes the temporary tables `collapsed` and `conflicts` (places of rows that are no candidates, or are rejected).
    """
    key = identifiers(plan.contract.key)
    ordered = plan.mapping.on_duplicate.keep_last_by is not None
    order = f"{identifier(ORDER)} desc nulls last, _record_number desc, _place" if ordered else "_record_number, _place"
    alike = key if ordered else f"{key}, _row_hash"
    connection.execute(
        f"create or replace temp table repeated as select {key}, _row_hash, _place,"
        f" row_number() over (partition by {alike} order by {order}) > 1 as is_copy"
        f" from staged where _rule is null and ({key}) in"
        f" (select ({key}) from staged where _rule is null group by {key} having count(*) > 1)"
    )
    connection.execute("create or replace temp table collapsed as select _place from repeated where is_copy")
    connection.execute(
        f"create or replace temp table conflicting as select {key}, _place from repeated where not is_copy"
        f" qualify count(*) over (partition by {key}) > 1"
    )
    reject = plan.mapping.on_duplicate.policy == "reject"
    connection.execute(f"create or replace temp table conflicts as select _place from conflicting where {reject}")
    keys = _count(connection, f"(select distinct {key} from conflicting)")
    return Duplicates(
        collapsed=_count(connection, "collapsed"),
        rejected=_count(connection, "conflicts"),
        conflicting_keys=0 if reject else keys,
    )


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    row = connection.execute(f"select count(*) from {rows}").fetchone()
    return int(row[0]) if row else 0
