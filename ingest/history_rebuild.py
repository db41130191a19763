"""A delivery older than one already taken in, or a second one for its date: history is replayed from there.

Deliveries at or after its date are applied again, from their archived rows, in order of as-of, declared revision and
load sequence.
What history then says otherwise is written beside what was known: old versions get `_superseded_seq`, none
is removed.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from ingest.contracts import ExportContract
from ingest.crash_points import passing
from ingest.history import Change, Incoming, apply
from ingest.sql import identifiers, table_name


def needs_no_replay(incoming: Incoming, others: Sequence[Incoming]) -> bool:
    """Whether a delivery can be laid on what is held; `others` are the accepted ones at or after its date.

    Where there are none, always. Behind others of its date only if all append by one key: nothing ends on that date, so
    that no version would be taken up again, and a replay would end in what is held and lay the delivery on that.
    """
    return all(
        other.mode == incoming.mode == "append" and other.key == incoming.key and _order(other) < _order(incoming)
        for other in others
    )


def rebuild_history(
    connection: duckdb.DuckDBPyConnection,
    contract: ExportContract,
    instance: str,
    late: Incoming,
    others: Sequence[Incoming],
) -> Change:
    """Work the late delivery into history. `others` are the accepted ones at or after its date.

    Versions that stay as they were are untouched. The caller holds the transaction.
    """
    since = late.as_of_date
    table = table_name(contract.name)
    known = _replay(connection, contract, instance, late, others)
    connection.execute(_told_sql(contract))
    touched = "_instance = $1 and _superseded_seq is null and (_valid_to is null or _valid_to >= $2)"
    same = (
        "held._row_hash = told._row_hash and held._valid_from = told._valid_from"
        + (" and held._valid_to is not distinct from told._valid_to")
        + "".join(f' and held."{k}" = told."{k}"' for k in late.key)
    )
    connection.execute(
        f"create or replace temp table wrong as select rowid as _place from {table} as held where {touched}"
        f" and not exists (select 1 from told where {same})",
        [instance, since],
    )
    connection.execute(
        "create or replace temp table missing as select * from told where not exists (select 1 from "
        f"{table} as held"
        f" where {touched} and {same})",
        [instance, since],
    )
    connection.execute(
        f"update {table} set _superseded_seq = $1 from wrong where {table}.rowid = wrong._place",
        [late.load_seq],
    )
    passing("load.late_superseded")
    columns = identifiers(contract.column_names)
    connection.execute(
        f"insert into {table} select {columns}, $1, _extra, _row_hash, _valid_from, _valid_to, $2,"
        " case when _valid_to is not null then $2 end, null from missing",
        [instance, late.load_seq],
    )
    counted = connection.execute("select (select count(*) from missing), (select count(*) from wrong)").fetchone()
    opened, closed = counted or (0, 0)
    return Change(opened=int(opened), closed=int(closed), known=known)


def _replay(
    connection: duckdb.DuckDBPyConnection,
    contract: ExportContract,
    instance: str,
    late: Incoming,
    others: Sequence[Incoming],
) -> int:
    """The temporary table `replay`: every version that touches the late date or later.

    Returns the late rows known.
    """
    columns = identifiers(contract.column_names)
    connection.execute(
        f"create or replace temp table replay as select {columns}, _instance, _extra, _row_hash, _valid_from,"
        " cast(null as DATE) as _valid_to, _load_seq, cast(null as BIGINT) as _closed_seq,"
        f" cast(null as BIGINT) as _superseded_seq from {table_name(contract.name)}"
        " where _instance = $1 and _superseded_seq is null and _valid_from < $2"
        " and (_valid_to is null or _valid_to >= $2)",
        [instance, late.as_of_date],
    )
    known = 0
    for incoming in sorted([*others, late], key=_order):
        change = apply(connection, "replay", contract, instance, incoming)
        if incoming.load_seq == late.load_seq:
            known = change.known
    return known


def _order(incoming: Incoming) -> tuple[date, int, int]:
    return incoming.as_of_date, incoming.revision, incoming.load_seq


def _told_sql(contract: ExportContract) -> str:
    """The replayed versions without those that never held, neighbours of equal content made one.

    A second delivery of a date may close and reopen a row on that date: that is one version, not two.
    """
    key = identifiers(contract.key)
    columns = identifiers(contract.column_names)
    return f"""
            create or replace temp table told as with held as ( select * from replay where _valid_to is null
            or _valid_to > _valid_from ), marked as ( select *, coalesce(lag(_valid_to) over neighbours =
            _valid_from and lag(_row_hash) over neighbours = _row_hash, false) as continues from held window
            neighbours as (partition by {key} order by _valid_from) ), grouped as ( select *, count(*) filter
            (where not continues) over (partition by {key} order by _valid_from) as spell from marked )
            select {columns}, _extra, _row_hash, min(_valid_from) over spells as _valid_from, case when
            count(*) over spells = count(_valid_to) over spells then max(_valid_to) over spells end as
            _valid_to from grouped window spells as (partition by {key}, spell) qualify row_number() over
            (partition by {key}, spell order by _valid_from) = 1
    """
