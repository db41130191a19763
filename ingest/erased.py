"""The list of people who were erased: by keyed hash, with what stands for each. Applied to rows before they are kept.

An id that is on the list becomes its stand-in, in every export of the instance, so that counts and joins hold; what
else the row says of the person (name, address, columns that nobody knows) is left empty. The list's key is its own and
lies beside it: another key for pseudonyms brings nobody back. Who gets onto it is `ingest.erasure`'s.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingest.contracts import ExportContract
from ingest.keyed_hash import keyed_hash, keyed_hash_sql, padded_keys
from ingest.sql import Values, exact_path, identifier, text_literal

ERASED_DDL = """
create table if not exists ledger.erasure_key (key blob);
create table if not exists ledger.erased_people (
    instance varchar, hash varchar, stand_in varchar, erased_at timestamp
);
create table if not exists ledger.erased_originals (load_seq bigint, erased_at timestamp);
"""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """Who of an instance is on the list: what stands for each, by the keyed hash of an id or address."""

    instance: str
    key: bytes
    stand_ins: dict[str, str]

    def hash(self, value: str) -> str:
        """As the list has it. Addresses are the same in capitals and small letters, ids are not."""
        return keyed_hash(self.key, f"{self.instance}:{value.strip().lower() if '@' in value else value}")

    def hash_sql(self, column: str, values: Values) -> str:
        """SQL of the same for a text column."""
        inner, outer = (values.bind(key) for key in padded_keys(self.key))
        told = f"case when contains({column}, '@') then lower(trim({column})) else {column} end"
        return keyed_hash_sql(f"{values.bind(self.instance + ':')} || {told}", inner=inner, outer=outer)


def read_erased(connection: duckdb.DuckDBPyConnection, instance: str) -> Erased | None:
    """The list of an instance; None where nobody is on it, as in a warehouse that an older version made."""
    if not connection.execute(
        "from duckdb_tables() where schema_name = 'ledger' and table_name = 'erased_people'"
    ).fetchone():
        return None
    people = connection.execute(
        "select hash, stand_in from ledger.erased_people where instance = $1", [instance]
    ).fetchall()
    key = connection.execute("select key from ledger.erasure_key").fetchone()
    return Erased(instance=instance, key=bytes(key[0]), stand_ins=dict(people)) if people and key else None


def list_people(
    connection: duckdb.DuckDBPyConnection, instance: str, people: Iterable[str], *, erased_at: datetime
) -> Erased:
    """Put ids and addresses onto the list, each with a stand-in of its own; who is there stays as it is.

    The caller holds the transaction.
    """
    if not connection.execute("select 1 from ledger.erasure_key").fetchone():
        connection.execute("insert into ledger.erasure_key values ($1)", [secrets.token_bytes(32)])
    row = connection.execute("select key from ledger.erasure_key").fetchone()
    assert row is not None
    listed = read_erased(connection, instance)
    erased = Erased(instance=instance, key=bytes(row[0]), stand_ins=dict(listed.stand_ins) if listed else {})
    for person in sorted(set(people)):
        if (hashed := erased.hash(person)) not in erased.stand_ins:
            erased.stand_ins[hashed] = f"erased-{secrets.token_hex(8)}"
            connection.execute(
                "insert into ledger.erased_people values ($1, $2, $3, $4)",
                [instance, hashed, erased.stand_ins[hashed], erased_at],
            )
    return erased


def count_erased(connection: duckdb.DuckDBPyConnection) -> int:
    """How many entries the list has; another number, other marts."""
    if not connection.execute(
        "from duckdb_tables() where schema_name = 'ledger' and table_name = 'erased_people'"
    ).fetchone():
        return 0
    row = connection.execute("select count(*) from ledger.erased_people").fetchone()
    return int(row[0]) if row else 0


def without_erased_sql(erased: Erased, contract: ExportContract, source: str, present: set[str], values: Values) -> str:
    """Select of all columns of `source` (SQL of a relation with a column _is_erased last: whether a row was changed).

    `present` are the columns it has: an archive may be older than a column of the contract.
    """
    personal = [column.name for column in contract.columns if column.personal and column.name in present]
    keys = [name for name in personal if name in contract.key]
    connected = " ".join(
        f"left join erased as e{number} on e{number}.hash = {erased.hash_sql('held.' + identifier(name), values)}"
        for number, name in enumerate(personal)
    )
    stands = {name: f"e{number}.stand_in" for number, name in enumerate(personal)}
    is_erased = " or ".join(f"{stand} is not null" for stand in stands.values())
    cells = {
        name: f"coalesce({stand}, held.{identifier(name)})"
        if name in keys or not keys
        else f"case when not ({is_erased}) then held.{identifier(name)} end"
        for name, stand in stands.items()
    }
    cells["_extra"] = f"case when not ({is_erased}) then held._extra end"
    replaced = ", ".join(f"{cell} as {identifier(name)}" for name, cell in cells.items())
    told = ", ".join(
        f"{values.bind(column.name + '=')} || cast({identifier(column.name)} as VARCHAR)"
        for column in contract.columns
        if column.name in present
    )
    return (
        f"with listed as (select held.* replace ({replaced}), {is_erased} as _is_erased"
        f" from {source} as held {connected})"
        f" select * replace (case when _is_erased then md5(concat_ws(chr(31), {told})) else _row_hash end as _row_hash)"
        " from listed"
    )


def offer(connection: duckdb.DuckDBPyConnection, erased: Erased) -> None:
    """The temporary table `erased`, which the statements here read."""
    connection.execute("create or replace temp table erased (hash varchar, stand_in varchar)")
    connection.executemany("insert into erased values ($1, $2)", [list(entry) for entry in erased.stand_ins.items()])


def rewrite_rows(
    connection: duckdb.DuckDBPyConnection, erased: Erased, contract: ExportContract, parquet: Path, target: Path
) -> int:
    """Write typed rows without the erased people to `target`; returns how many rows named one (0: no file is made).

    `erased` was offered.
    """
    path = exact_path(parquet)
    present = {row[0] for row in connection.execute("select name from parquet_schema($1)", [path]).fetchall()}
    if not any(column.personal and column.name in present for column in contract.columns):
        return 0
    values = Values()
    sql = without_erased_sql(erased, contract, f"read_parquet({values.bind(path)})", present, values)
    connection.execute(f"create or replace temp table rewritten as {sql}", values.bound)
    row = connection.execute("select count(*) from rewritten where _is_erased").fetchone()
    named = int(row[0]) if row else 0
    if named:
        connection.execute(
            f"copy (select * exclude (_is_erased) from rewritten) to {text_literal(str(target))}"
            " (format parquet, compression zstd)"
        )
    connection.execute("drop table rewritten")
    return named


def erased_records_sql(erased: Erased, source: str, values: Values) -> str:
    """Rows of `source` (rejected rows) whose record holds an erased id or address in one of its cells."""
    cells = "unnest(json_extract_string(raw_record, '$.*'))"
    hashed = erased.hash_sql("cell", values)
    return (
        f"select distinct _place from (select _place, {cells} as cell from {source})"
        f" semi join erased on erased.hash = {hashed}"
    )


def rewrite_rejected(connection: duckdb.DuckDBPyConnection, erased: Erased, parquet: Path, target: Path) -> int:
    """The same for rejected rows: rule and line stay, value and record of an erased person do not."""
    values = Values()
    place = values.bind(exact_path(parquet))
    source = f"(select *, file_row_number as _place from read_parquet({place}, file_row_number = true))"
    found = erased_records_sql(erased, source, values)
    connection.execute(f"create or replace temp table named as {found}", values.bound)
    row = connection.execute("select count(*) from named").fetchone()
    if not row or not row[0]:
        return 0
    connection.execute(
        "copy (select * exclude (file_row_number) replace ("
        " case when file_row_number not in (from named) then value end as value,"
        " case when file_row_number not in (from named) then raw_record end as raw_record)"
        f" from read_parquet({text_literal(exact_path(parquet))}, file_row_number = true))"
        f" to {text_literal(str(target))} (format parquet, compression zstd)"
    )
    return int(row[0])
