"""Who is meant by an id or an address: every id, address and name that raw history knows of the person. Reads only."""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ingest.contracts import Contracts, ExportContract
from ingest.sql import identifier, table_name

_SHORTEST_NAME = 5


@dataclass(frozen=True, kw_only=True)
class Person:
    """`who` as they were asked for; `ids` are ids and addresses, `names` what else a person is called."""

    who: str
    ids: frozenset[str]
    names: frozenset[str]


def find_person(connection: duckdb.DuckDBPyConnection, contracts: Contracts, instance: str, who: str) -> Person:
    """The person, by all versions of their rows in the exports of the instance.

    An address leads to the ids that ever had it, an id to its addresses and names; an address that several ids share
    does not lead from one of them to the others.
    """
    who = who.strip()
    ids, names = {who}, set()
    for contract in contracts.exports.values():
        keys = [column.name for column in contract.columns if column.personal and column.name in contract.key]
        told = [column.name for column in contract.columns if column.personal and column.name not in contract.key]
        if len(keys) != 1 or not told:
            continue
        rows = connection.execute(_rows_sql(contract, keys[0], told), [instance, who]).fetchall()
        described = {cell for row in rows for cell in row if cell}
        keyed = {row[0] for row in rows}
        ids |= keyed | {cell for cell in described if "@" in cell}
        names |= {cell for cell in described - keyed if "@" not in cell and len(cell) >= _SHORTEST_NAME}
    return Person(who=who, ids=frozenset(ids), names=frozenset(names))


def _rows_sql(contract: ExportContract, key: str, told: list[str]) -> str:
    """Key and description of every version ($1 instance) of the rows whose key is $2, or that $2 is the address of."""
    cells = ", ".join(identifier(name) for name in (key, *told))
    is_meant = " or ".join(
        f"{identifier(name)} = $2 or (contains($2, '@') and lower(trim({identifier(name)})) = lower($2))"
        for name in (key, *told)
    )
    table = table_name(contract.name)
    return (
        f"select distinct {cells} from {table} where _instance = $1 and {identifier(key)} in"
        f" (select {identifier(key)} from {table} where _instance = $1 and ({is_meant}))"
    )
