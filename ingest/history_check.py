"""Raw history and ledger against what must always be true of them. Reads only; each finding is a sentence.

Files are `ingest.files_check`'s.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import duckdb

from ingest.ledger import LoadRow
from ingest.sql import identifiers, table_name


def check_loads(connection: duckdb.DuckDBPyConnection, loads: Sequence[LoadRow]) -> Iterator[str]:
    """Each load accounts for every row, and the rejected ones can be read."""
    kept = dict(connection.execute("select load_seq, count(*) from ledger.rejected_rows group by load_seq").fetchall())
    for row in loads:
        if row.rows_in != row.rows_accepted + row.rows_rejected + row.rows_collapsed:
            yield (
                f"Load {row.load_seq} of {row.export} took in {row.rows_in} rows and accounts for {row.rows_accepted} "
                f"accepted, {row.rows_rejected} rejected and {row.rows_collapsed} collapsed."
            )
        if row.rows_rejected != kept.get(row.load_seq, 0):
            yield (
                f"Load {row.load_seq} of {row.export} rejected {row.rows_rejected} rows, and the ledger keeps "
                f"{kept.get(row.load_seq, 0)} of them."
            )


def check_history(connection: duckdb.DuckDBPyConnection, loads: Sequence[LoadRow]) -> Iterator[str]:
    """Each export and instance: versions come from accepted loads, one holds per key and date, none is missing."""
    accepted = sorted(
        (row for row in loads if row.verdict == "accepted" and row.as_of_date),
        key=lambda row: (row.export, row.instance, row.as_of_date, row.revision, row.load_seq),
    )
    for (export, instance), group in groupby(accepted, key=lambda row: (row.export, row.instance)):
        rows = list(group)
        place = f"raw history of {export} of {instance}"
        yield from _strangers(connection, export, instance, rows, place)
        yield from _keys(connection, rows[-1], place)
        for known in _moments(connection, export, instance):
            yield from _order(connection, rows[-1], known, place)


def _strangers(
    connection: duckdb.DuckDBPyConnection, export: str, instance: str, rows: Sequence[LoadRow], place: str
) -> Iterator[str]:
    found = connection.execute(
        f"select distinct _load_seq from {table_name(export)} where _instance = $1"
        " and not list_contains($2::BIGINT[], _load_seq) order by 1",
        [instance, [row.load_seq for row in rows]],
    ).fetchall()
    for (number,) in found:
        yield f"The {place} has rows of load {number}, which is no accepted load of it."


def _keys(connection: duckdb.DuckDBPyConnection, newest: LoadRow, place: str) -> Iterator[str]:
    """At most one open version per key; after a snapshot as many as it had rows."""
    key = identifiers(newest.key_columns)
    found = connection.execute(
        "select count(*), coalesce(sum(versions), 0), count(*) filter (where versions > 1)"
        f" from (select {key}, count(*) as versions from {table_name(newest.export)}"
        f" where _instance = $1 and _superseded_seq is null and _valid_to is null group by {key})",
        [newest.instance],
    ).fetchone()
    keys, versions, doubled = found or (0, 0, 0)
    if doubled:
        yield f"The {place} has {doubled} key(s) with several open versions ({versions} versions of {keys} keys)."
    if newest.mode == "snapshot" and keys != newest.rows_accepted:
        yield (
            f"The {place} has {keys} open keys, and its newest delivery, the snapshot of load {newest.load_seq}, "
            f"had {newest.rows_accepted}."
        )


def _moments(connection: duckdb.DuckDBPyConnection, export: str, instance: str) -> list[int]:
    """Now, and each moment before knowledge was replaced: loads through which history is looked at."""
    found = connection.execute(
        f"select distinct _superseded_seq - 1 from {table_name(export)} where _instance = $1"
        " and _superseded_seq is not null union select max(load_seq) from ledger.loads order by 1",
        [instance],
    ).fetchall()
    return [int(row[0]) for row in found]


def _order(connection: duckdb.DuckDBPyConnection, newest: LoadRow, known: int, place: str) -> Iterator[str]:
    """As known through a load, the versions of a key follow each other."""
    key = identifiers(newest.key_columns)
    found = connection.execute(
        "with visible as (select *, case when _closed_seq <= $2 then _valid_to end as _ends"
        f" from {table_name(newest.export)} where _instance = $1 and _load_seq <= $2"
        " and (_superseded_seq is null or _superseded_seq > $2)),"
        f" paired as (select _valid_from, _ends, lead(_valid_from) over (partition by {key} order by _valid_from,"
        " _load_seq, _ends nulls last) as _next from visible)"
        " select count(*) from paired where _ends <= _valid_from or _next < coalesce(_ends, date 'infinity')",
        [newest.instance, known],
    ).fetchone()
    if found and found[0]:
        yield (
            f"The {place} has {found[0]} version(s) that overlap the next or end before they begin, as known at load "
            f"{known}."
        )
