"""What must be true of a home after any crash, and how two homes are compared. Reads only.

Homes are equal where raw history, ledger, rejected rows and decisions are, but for times and the names of runs.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from partner_kpi.operations import read_operations
from partner_kpi.settings import Settings, load_settings
from partner_kpi.verification import verify
from publish.generation import current_generation, verify_generation

# What tells when and by which run, and not what.
PASSING = {"run_id", "received_at", "committed_at", "decided_at", "bytes"}
Content = dict[str, tuple[int, str]]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a reader sees: the hash of every relation, and which generation they are of."""

    generation: int
    relations: tuple[tuple[str, str], ...]


def settings_of(place: Path) -> Settings:
    return load_settings(home=place / "home", environment={})


def refute(place: Path) -> None:
    """Fail where anything is broken, doubled or mixed; leftovers of the crash are allowed."""
    settings = settings_of(place)
    assert verify(settings).broken == ()
    doubled = [load for load, count in _accepted(settings).items() if count > 1]
    assert not doubled, f"taken in twice: {doubled}"
    seen(place)


def refute_healed(place: Path) -> None:
    """As `refute`, and nothing of the crash is left over; every act has its one line in the operations log."""
    refute(place)
    settings = settings_of(place)
    cut_lines = f"{settings.logs / 'operations.jsonl'} does not read"  # nothing is ever taken out of the log
    assert [left for left in verify(settings).leftovers if cut_lines not in left] == []
    assert strays(settings.home) == []
    lines = [(line.what, line.ids.get("load_seq") or line.ids.get("generation")) for line in read_operations(settings)]
    acts = [line for line in lines if line[0] in ("load", "publish", "release", "discard")]
    assert len(acts) == len(set(acts)), f"recorded twice: {Counter(acts).most_common(3)}"
    loads = "select load_seq from ledger.loads except select released_load_seq from ledger.decisions"
    assert {("load", load) for (load,) in _ask(settings, loads)} <= set(acts)


def strays(home: Path) -> list[str]:
    """Working names and write-ahead logs that a finished run does not leave."""
    left = [
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if path.name.startswith((".", "warehouse.rebuilt")) or path.name.endswith(".wal")
    ]
    return sorted(path for path in left if not path.startswith("dbt/"))


def content(place: Path) -> Content:
    """Rows and a hash of every raw and ledger table, whatever the order of rows."""
    settings = settings_of(place)
    if not settings.warehouse.is_file():
        return {}
    with _open(settings) as connection:
        tables = connection.execute(
            "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns()"
            " where schema_name = 'ledger' or starts_with(schema_name, 'raw_') group by all order by all"
        ).fetchall()
        return {f"{schema}.{table}": _hashed(connection, schema, table, columns) for schema, table, columns in tables}


def seen(place: Path) -> Seen | None:
    """What readers see, read through every file of it. Raises where it is not one whole generation."""
    generation = current_generation(settings_of(place).published)
    if generation is None:
        return None
    verify_generation(generation)
    return Seen(
        generation=generation.number,
        relations=tuple((relation.name, relation.content_hash) for relation in generation.manifest.relations),
    )


def relations(place: Path) -> tuple[tuple[str, str], ...] | None:
    """What readers see, whatever the number of the generation."""
    sight = seen(place)
    return sight.relations if sight else None


def copy_place(source: Path, target: Path) -> Path:
    """A copy of `home` and `inbox` of one's own."""
    shutil.copytree(source, target, symlinks=True)
    return target


def _accepted(settings: Settings) -> Counter[tuple[Any, ...]]:
    """Accepted loads by identity; one that was corrected and taken back in between counts as another."""
    if not settings.warehouse.is_file():
        return Counter()
    loads = _ask(
        settings,
        """
        with told as (
            select *, lag(sha256, 1, '') over same_file as before from ledger.loads where verdict = 'accepted'
            window same_file as (partition by export, instance, as_of_date, file_name order by load_seq)
        )
        select export, instance, as_of_date, sha256, count(*) filter (where sha256 <> before) over up_to_here
        from told
        window up_to_here as (partition by export, instance, as_of_date, file_name order by load_seq)
        """,
    )
    return Counter(loads)


def _hashed(connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: list[str]) -> tuple[int, str]:
    lasting = ", ".join(f'"{column}"' for column in columns if column not in PASSING)
    row = connection.execute(
        f"select count(*), cast(coalesce(sum(cast(hash(held) as hugeint)), 0) as varchar)"
        f' from (select {lasting} from "{schema}"."{table}") as held'
    ).fetchone()
    assert row is not None
    return row


def _ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with _open(settings) as connection:
        return connection.execute(sql).fetchall()


def _open(settings: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(settings.warehouse, read_only=True)
