"""The real home of the stateful test: files are taken into it, and what it holds is read out of it as texts.

What it ought to hold is `accepted_fold`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from ingest_desk import Desk, Report, accept
from sent_files import FEEDS, FIRST_DAY, Feed, Row, Sent

from ingest.archive import ORIGINAL
from ingest.contracts import Contracts, ExportContract, load_contracts
from ingest.delivery import Delivery, LoadResult, RuleOutcome
from ingest.files_check import check_deliveries, check_quarantine, find_leftovers
from ingest.history_check import check_history, check_loads
from ingest.ledger import read_loads
from ingest.load import Arrival, Intake
from ingest.parse import parse_delivery
from ingest.reading import Reading
from ingest.sql import table_name
from ingest.warehouse import Limits, open_warehouse

EXPORTS = tuple(sorted({feed.export for feed in FEEDS}))
CONTRACTS = Contracts(exports={name: load_contracts().exports[name] for name in EXPORTS})
ONE_THREAD = Limits(threads=1)
_MARKS = "_load_seq, _superseded_seq, _valid_from, _closed_seq, _valid_to"


@contextmanager
def opened(home: Path) -> Iterator[Any]:
    with open_warehouse(home / "warehouse.duckdb", contracts=CONTRACTS, limits=ONE_THREAD) as connection:
        yield connection


def take(
    connection: Any, folder: Path, home: Path, files: Iterable[Sent], *, suite: str, gate_refuses: bool = False
) -> list[LoadResult]:
    """Take the files in as one run would, in this order."""
    audit = refuse_all if gate_refuses else accept
    intake = Intake(connection=connection, home=home, audit=audit, run_id="run", read=read_plainly)
    return list(intake.take_in([arrival(folder / "inbox", file, suite) for file in files]))


def arrival(inbox: Path, file: Sent, suite: str) -> Arrival:
    """The file, written into the inbox, as a run finds it there."""
    feed, desk = file.feed, Desk(folder=inbox, contracts=CONTRACTS)
    delivery = desk.delivery(file.text, feed.mapping, export=feed.export, name=file.name, as_of=str(file.as_of))
    return Arrival(
        delivery=replace(delivery, instance=feed.instance),
        contract=CONTRACTS.exports[feed.export],
        suite_version=suite,
    )


def read_plainly(delivery: Delivery, contract: ExportContract, bench: Path) -> Reading:
    """In this process and one thread: the files are small and our own."""
    return lambda: parse_delivery(delivery, contract, bench, source=bench / ORIGINAL, limits=ONE_THREAD)


def refuse_all(*_: Any) -> Report:
    return Report(failures=(RuleOutcome(rule_id="volume", severity="critical", message="half of it is gone"),))


def counts(result: LoadResult) -> tuple[int, ...]:
    assert result.rows_in == result.rows_accepted + result.rows_rejected + result.rows_collapsed
    return result.rows_in, result.rows_accepted, result.rows_rejected, result.rows_collapsed


def read_versions(connection: Any, feed: Feed) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"select {', '.join(map(as_text, feed.columns))}, {_MARKS} from {table_name(feed.export)} where _instance = $1",
        [feed.instance],
    ).fetchall()


def held_versions(connection: Any, feed: Feed) -> list[tuple[Any, ...]]:
    """What history says today, whenever it was learned."""
    return connection.execute(
        f"select {', '.join(map(as_text, feed.columns))}, _row_hash, _valid_from, _valid_to"
        f" from {table_name(feed.export)} where _instance = $1 and _superseded_seq is null order by all",
        [feed.instance],
    ).fetchall()


def as_text(column: str) -> str:
    typed = f"cast({column} as date)" if column.endswith("_at") else column
    return f"coalesce(cast({typed} as varchar), '')"


def visible(versions: list[tuple[Any, ...]], day: int, known_at: int) -> list[Row]:
    """The rule that staging relies on, in Python: rows that hold on a day, as known after a load."""
    as_of, rows = FIRST_DAY + timedelta(days=day), []
    for *row, loaded, superseded, valid_from, closed, valid_to in versions:
        if loaded > known_at or (superseded is not None and superseded <= known_at) or valid_from > as_of:
            continue
        if closed is None or closed > known_at or valid_to > as_of:
            rows.append(tuple(row))
    return sorted(rows)


def findings(connection: Any, home: Path, *, may_have_leftovers: bool) -> list[str]:
    """What `status --verify` would find in raw data, ledger and files."""
    loads = read_loads(connection)
    found = [*check_loads(connection, loads), *check_history(connection, loads)]
    found += [*check_deliveries(connection, home, loads, removed=()), *check_quarantine(home, loads, removed=())]
    return found + ([] if may_have_leftovers else list(find_leftovers(home, loads)))
