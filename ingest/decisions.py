"""What a person decided about refused deliveries: released (rules waived) or discarded. One row each, never changed.

Carrying a decision out is `ingest.quarantine_release`'s; the loads themselves stay as the ledger has them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb

from ingest.delivery import RuleOutcome

DECISIONS_DDL = """
create table if not exists ledger.decisions (
    load_seq bigint, decision varchar, decided_by varchar, decided_at timestamp, reason varchar,
    waived_rules json, released_load_seq bigint
);
"""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One row of `ledger.decisions` about the refused load `load_seq`; `decided_at` is UTC without zone.

    A release names the accepted load that came of it, and the rules that did not hold and were waived.
    """

    load_seq: int
    decision: Literal["released", "discarded"]
    decided_by: str
    decided_at: datetime
    reason: str
    waived_rules: tuple[RuleOutcome, ...] = ()
    released_load_seq: int | None = None


def write_decision(connection: duckdb.DuckDBPyConnection, decision: Decision) -> None:
    """Insert the row; the caller holds the transaction."""
    connection.execute(
        "insert into ledger.decisions values ($1, $2, $3, $4, $5, $6, $7)",
        [
            decision.load_seq,
            decision.decision,
            decision.decided_by,
            decision.decided_at,
            decision.reason,
            json.dumps([rule.as_json() for rule in decision.waived_rules]),
            decision.released_load_seq,
        ],
    )


def read_decisions(connection: duckdb.DuckDBPyConnection) -> list[Decision]:
    """Every decision, oldest first; none in a warehouse that an older version made."""
    if not connection.execute(
        "from duckdb_tables() where schema_name = 'ledger' and table_name = 'decisions'"
    ).fetchone():
        return []
    rows = connection.execute(
        "select load_seq, decision, decided_by, decided_at, reason, waived_rules, released_load_seq"
        " from ledger.decisions order by decided_at, load_seq"
    ).fetchall()
    return [_decision(row) for row in rows]


def _decision(cells: Sequence[Any]) -> Decision:
    load_seq, decision, decided_by, decided_at, reason, waived, released = cells
    return Decision(
        load_seq=load_seq,
        decision=decision,
        decided_by=decided_by,
        decided_at=decided_at,
        reason=reason,
        waived_rules=tuple(RuleOutcome(**rule) for rule in json.loads(waived)),
        released_load_seq=released,
    )
