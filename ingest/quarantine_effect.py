"""What is missing while a delivery stands outside: keys and money, against the rows that hold at its date.

The delivery is parsed already; nothing is written. Which KPIs feel it is not this room's to know.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from ingest.contracts import ExportContract
from ingest.delivery import Delivery, ParsedDelivery
from ingest.sql import exact_path, identifier, identifiers, table_name

EXAMPLES = 3
KINDS = ("new", "changed", "gone")


@dataclass(frozen=True, kw_only=True)
class Money:
    """Sums of one amount column in one currency, over the rows that differ: what the delivery says, what holds."""

    column: str
    currency: str | None
    delivered: Decimal
    held: Decimal


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Keys that the delivery would open, change and end, a few of each, and the money in their rows."""

    new: int
    changed: int
    gone: int
    same: int
    examples: dict[str, tuple[str, ...]]
    money: tuple[Money, ...]


def effect_of(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, contract: ExportContract, parsed: ParsedDelivery
) -> Effect:
    """Compare a parsed delivery with raw history; `contract` is the effective one, `connection` may be read-only."""
    connection.execute(
        f"create or replace temp table touched as {_touched_sql(delivery, contract)}",
        [exact_path(parsed.parquet), delivery.instance, parsed.as_of_date],
    )
    key = identifiers(contract.key)
    counts = dict(connection.execute(f"select _what, count(distinct ({key})) from touched group by _what").fetchall())
    personal = {column.name for column in contract.columns if column.personal}
    shown = [name for name in contract.key if name not in personal]
    return Effect(
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        gone=counts.get("gone", 0),
        same=counts.get("same", 0),
        examples={kind: _examples(connection, kind, shown) for kind in KINDS if counts.get(kind) and shown},
        money=tuple(
            money
            for column in contract.columns
            if (column.name == "amount" or column.name.endswith("_amount")) and column.type.startswith("DECIMAL")
            for money in _money(connection, column.name, has_currency="currency" in contract.column_names)
        ),
    )


def _touched_sql(delivery: Delivery, contract: ExportContract) -> str:
    """Each key of either side: `_what` becomes of it, and both sides' rows ($1 file, $2 instance, $3 as-of)."""
    same = " and ".join(f"new.{identifier(k)} = held.{identifier(k)}" for k in contract.key)
    keys = ", ".join(f"coalesce(new.{identifier(k)}, held.{identifier(k)}) as {identifier(k)}" for k in contract.key)
    ends = "false"
    if contract.mode == "snapshot":
        ends = "true"
    elif contract.mode == "rolling":
        column = identifier(delivery.mapping.range_column or "")
        ends = f"held.{column} between (select min({column}) from new) and (select max({column}) from new)"
    changes = "false" if contract.mode == "append" else "new._row_hash <> held._row_hash"
    return (
        "with new as (select * from read_parquet($1)),"
        f" held as (select * from {table_name(contract.name)} where _instance = $2 and _superseded_seq is null"
        " and _valid_from <= $3 and (_valid_to is null or _valid_to > $3))"
        f" select {keys}, new as _new, held as _held, case when held._row_hash is null then 'new'"
        f" when new._row_hash is null then 'gone' when {changes} then 'changed' else 'same' end as _what"
        f" from new full join held on {same} where new._row_hash is not null or {ends}"
    )


def _examples(connection: duckdb.DuckDBPyConnection, kind: str, columns: list[str]) -> tuple[str, ...]:
    names = identifiers(columns)
    rows = connection.execute(
        f"select distinct {names} from touched where _what = $1 order by {names} limit {EXAMPLES}", [kind]
    ).fetchall()
    return tuple(" / ".join(str(cell) for cell in row) for row in rows)


def _money(connection: duckdb.DuckDBPyConnection, column: str, *, has_currency: bool) -> list[Money]:
    def side(name: str) -> str:
        row = identifier(name)
        currency = f"{row}.currency" if has_currency else "cast(null as VARCHAR)"
        return (
            f"select {currency} as currency, {row}.{identifier(column)} as amount, '{name}' as side from touched"
            f" where _what <> 'same' and {row}.{identifier(column)} is not null"
        )

    rows = connection.execute(
        "select currency, coalesce(sum(amount) filter (where side = '_new'), 0),"
        " coalesce(sum(amount) filter (where side = '_held'), 0)"
        f" from ({side('_new')} union all {side('_held')}) group by currency order by currency nulls last"
    ).fetchall()
    return [Money(column=column, currency=row[0], delivered=row[1], held=row[2]) for row in rows]
