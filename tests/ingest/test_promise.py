"""No row is ever silently lost, doubled or half loaded, and what holds is a function of the accepted deliveries.

Whatever order they came in and however often the machine died: a stateful test against folds in plain Python.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from accepted_fold import Book, Load, fold
from dying import Died, Dying
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from ingest_desk import Desk, Report, accept
from kpi_fold import CODES, kpi_values
from kpi_models import read_values
from sent_files import DEALS, DESK, FEEDS, FIRST_DAY, REGISTRATIONS, SAVES, Feed, Row, Sent

from ingest.contracts import Contracts, load_contracts
from ingest.delivery import LoadResult, RuleOutcome
from ingest.files_check import check_deliveries, check_quarantine, find_leftovers
from ingest.history_check import check_history, check_loads
from ingest.ledger import read_loads
from ingest.load import take_in
from ingest.rebuild import rebuild
from ingest.sql import table_name
from ingest.warehouse import Limits, open_warehouse

EXPORTS = tuple(sorted({feed.export for feed in FEEDS}))
CONTRACTS = Contracts(exports={name: load_contracts().exports[name] for name in EXPORTS})
ONE_THREAD = Limits(threads=1)
DAYS = range(5)
MARKS = "_load_seq, _superseded_seq, _valid_from, _closed_seq, _valid_to"

day_texts = st.integers(0, 5).map(lambda day: str(FIRST_DAY + timedelta(days=day)))
keys = st.sampled_from("abc")
CELLS: dict[str, tuple[st.SearchStrategy[str], ...]] = {
    DEALS.export: (
        st.sampled_from(["Proposal", "Closed Won", "Closed Lost"]),
        st.sampled_from(["10.00", "20.00", ""]),
        st.just("2025-01-02"),
        day_texts,
    ),
    SAVES.export: (keys, st.sampled_from(["Proposal", "Closed Won", "Closed Lost"]), day_texts),
    REGISTRATIONS.export: (
        st.sampled_from(["approved", "rejected", "submitted"]),
        st.just("") | day_texts,
        st.just("") | day_texts,
    ),
}


def rows_of(feed: Feed) -> st.SearchStrategy[tuple[Row, ...]]:
    ids = st.sampled_from([f"h{number}" for number in range(4)]) if feed is SAVES else keys
    held = st.dictionaries(ids, st.tuples(*CELLS[feed.export]), max_size=4)
    return held.map(lambda rows: tuple((key, *cells) for key, cells in sorted(rows.items())))


@st.composite
def files(draw: st.DrawFn) -> Sent:
    """A new file, most of them in order; some with rows that cannot be read, or that stand there twice."""
    feed = draw(st.sampled_from([DEALS, DEALS, SAVES, REGISTRATIONS, DESK]))
    odd = draw(st.sampled_from([{}, {}, {"copies": 2}, {"unreadable": 1}, {"keyless": 2, "copies": 1}]))
    return Sent(
        feed=feed, day=draw(st.sampled_from(DAYS)), rows=draw(rows_of(feed)), part=draw(st.sampled_from("aab")), **odd
    )


class Promise(RuleBasedStateMachine):
    """A home into which files are taken, and the book of what must be true of it."""

    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="promise_"))
        self.home = self.folder / "home"
        self.book = Book()
        self.inbox: dict[str, Sent] = {}
        self.suite = 1
        self.deaths = 0

    @initialize(seed=st.integers(0, 9999))
    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)

    @rule(target=sent, file=files())
    def deliver(self, file: Sent) -> Sent:
        """In order or late: the day decides what holds, not the arrival."""
        self._take(file)
        return file

    @rule(target=sent, file=sent, data=st.data())
    def restate(self, file: Sent, data: st.DataObject) -> Sent:
        """The same name and date with other rows."""
        other = replace(file, rows=data.draw(rows_of(file.feed)), fault="")
        self._take(other)
        return other

    @rule(file=sent, part=st.sampled_from("ab"))
    def redeliver(self, file: Sent, part: str) -> None:
        """The same bytes again, under their name or another: a duplicate, or a correction taken back."""
        self._take(replace(file, part=part))

    @rule(file=sent, at=st.integers(0, 4))
    def split(self, file: Sent, at: int) -> None:
        """An export that is not a whole picture may come in several files of its date."""
        if file.feed.mode == "snapshot":
            return
        for part, rows in (("1", file.rows[:at]), ("2", file.rows[at:])):
            self._take(replace(file, rows=rows, part=part, fault=""))

    @rule(target=sent, file=files(), fault=st.sampled_from(["header", "cut", "quote", "uneven", "conflict"]))
    def corrupt(self, file: Sent, fault: Any) -> Sent:
        """A file that cannot be trusted as a whole: refused, and raw data stays."""
        spoilt = replace(file, fault=fault)
        self._take(spoilt)
        return spoilt

    @rule(file=files(), change_rules=st.booleans())
    def refuse(self, file: Sent, change_rules: bool) -> None:
        """The gate refuses it; it stays refused until the rules change, and is then judged again."""
        self._take(file, gate_refuses=True)
        self.suite += change_rules
        self._take(file)

    @rule(target=sent, file=files() | sent, before=st.integers(0, 60))
    def crash(self, file: Sent, before: int) -> Sent:
        """The machine dies somewhere in a load; the next run finds what that left."""
        self.deaths += 1
        left = self.folder / f"home{self.deaths}"
        try:
            self._take(file, dies_before=before, left=left)
        except Died:
            shutil.rmtree(self.home)
            left.rename(self.home)
            self._note_what_was_left(file)
        return file

    @precondition(lambda self: self.inbox)
    @rule()
    def run_again(self) -> None:
        """All that lies in the inbox, oldest first."""
        for _, file in sorted(self.inbox.items(), key=lambda item: (item[1].day, item[0])):
            self._take(file)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.book.loads:
                self._check_everything()
        finally:
            shutil.rmtree(self.folder)

    def _take(self, file: Sent, *, gate_refuses: bool = False, dies_before: int = -1, left: Path = Path()) -> None:
        self.inbox[file.name] = file
        expected = self._expected(file, gate_refuses)
        with opened(self.home) as connection:
            mortal: Any = connection
            if dies_before >= 0:
                mortal = Dying(connection, before=dies_before, home=self.home, left=left)
            result = take(mortal, self.folder, self.home, file, suite=str(self.suite), gate_refuses=gate_refuses)
            assert (result.verdict, result.load_seq, counts(result)) == expected
            if result.verdict != "duplicate":
                accepted = result.verdict == "accepted"
                self.book.loads.append(
                    Load(sent=file, accepted=accepted, suite=str(self.suite), seq=result.load_seq)
                )
            self._check_now(connection, file.feed)

    def _expected(self, file: Sent, gate_refuses: bool) -> tuple[str, int, tuple[int, ...]]:
        if known := self.book.known(file, str(self.suite)):
            return "duplicate", known.seq, (0, 0, 0, 0)
        verdict = "quarantined" if file.spoilt or gate_refuses else "accepted"
        return verdict, self.book.next_seq, told(self.book, file, verdict)

    def _note_what_was_left(self, file: Sent) -> None:
        """The load is in the ledger or it is not; whatever it is, all of it is so."""
        with opened(self.home) as connection:
            rows = read_loads(connection)
            assert len(rows) - len(self.book.loads) in (0, 1)
            if len(rows) > len(self.book.loads):
                accepted = rows[-1].verdict == "accepted"
                assert accepted != file.spoilt
                self.book.loads.append(
                    Load(sent=file, accepted=accepted, suite=str(self.suite), seq=rows[-1].load_seq)
                )
            for feed in FEEDS:
                self._check_now(connection, feed)

    def _check_now(self, connection: Any, feed: Feed) -> None:
        """What holds on each day is the fold of what was accepted, and the ledger says the same."""
        versions = read_versions(connection, feed)
        for day in DAYS:
            assert visible(versions, day, self.book.next_seq) == sorted(fold(self.book.accepted(), feed, day).values())
        ledger = [(row.load_seq, row.verdict == "accepted", row.sha256) for row in read_loads(connection)]
        assert ledger == [(load.seq, load.accepted, load.sent.sha256) for load in self.book.loads]

    def _check_everything(self) -> None:
        with opened(self.home) as connection:
            for feed in FEEDS:
                versions = read_versions(connection, feed)
                for load in self.book.loads:
                    known = self.book.accepted(known_at=load.seq)
                    for day in DAYS:
                        assert visible(versions, day, load.seq) == sorted(fold(known, feed, day).values())
            assert findings(connection, self.home, may_have_leftovers=self.deaths > 0) == []
            held = [held_versions(connection, feed) for feed in FEEDS]
        tables = rebuild(self.home, self.home / "warehouse.duckdb", CONTRACTS, limits=ONE_THREAD)
        assert all(table.is_equal for table in tables)
        other = self.folder / "permuted"
        permuted = permute(self.book.accepted(), self.chance)
        with opened(other) as connection:
            for file in permuted:
                assert take(connection, self.folder, other, file, suite="1").verdict == "accepted"
            assert [held_versions(connection, feed) for feed in FEEDS] == held
        self._check_values(self.home, self.book.accepted(), self.book.loads[-1].seq)
        self._check_values(other, permuted, len(permuted))
        earlier = self.chance.choice(self.book.loads).seq
        self._check_values(self.home, self.book.accepted(known_at=earlier), earlier)

    def _check_values(self, home: Path, accepted: list[Sent], known_at: int) -> None:
        as_of = FIRST_DAY + timedelta(days=self.chance.choice(DAYS))
        assert read_values(home / "warehouse.duckdb", EXPORTS, CODES, as_of, known_at) == kpi_values(accepted, as_of)


@contextmanager
def opened(home: Path) -> Iterator[Any]:
    with open_warehouse(home / "warehouse.duckdb", contracts=CONTRACTS, limits=ONE_THREAD) as connection:
        yield connection


def take(
    connection: Any, folder: Path, home: Path, file: Sent, *, suite: str, gate_refuses: bool = False
) -> LoadResult:
    """Take the file in as a run would."""
    desk = Desk(folder=folder / "inbox", contracts=CONTRACTS)
    delivery = desk.delivery(
        file.text, file.feed.mapping, export=file.feed.export, name=file.name, as_of=str(file.as_of)
    )
    return take_in(
        replace(delivery, instance=file.feed.instance),
        connection=connection,
        home=home,
        contract=CONTRACTS.exports[file.feed.export],
        audit=refuse_all if gate_refuses else accept,
        suite_version=suite,
        run_id="run",
        limits=ONE_THREAD,
    )


def refuse_all(*_: Any) -> Report:
    return Report(failures=(RuleOutcome(rule_id="volume", severity="critical", message="half of it is gone"),))


def counts(result: LoadResult) -> tuple[int, ...]:
    assert result.rows_in == result.rows_accepted + result.rows_rejected + result.rows_collapsed
    return result.rows_in, result.rows_accepted, result.rows_rejected, result.rows_collapsed


def told(book: Book, file: Sent, verdict: str) -> tuple[int, ...]:
    """Rows in, accepted, rejected and collapsed. A file that cannot be read has no rows."""
    if file.fault and file.fault != "conflict" and file.spoilt:
        return 0, 0, 0, 0
    conflicting = 2 if file.fault == "conflict" else 0
    known = book.rows_known(file) if verdict == "accepted" else 0
    accepted, collapsed = len(file.rows) + conflicting - known, file.collapsed + known
    return accepted + file.rejected + collapsed, accepted, file.rejected, collapsed


def read_versions(connection: Any, feed: Feed) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"select {', '.join(map(as_text, feed.columns))}, {MARKS} from {table_name(feed.export)} where _instance = $1",
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


def permute(accepted: list[Sent], chance: random.Random) -> list[Sent]:
    """Another order, but for files of one export, instance and date: theirs is part of what they are."""

    def identity(file: Sent) -> tuple[str, str, int]:
        return file.feed.export, file.feed.instance, file.day

    queues: dict[tuple[str, str, int], list[Sent]] = {}
    for file in accepted:
        queues.setdefault(identity(file), []).append(file)
    places = [identity(file) for file in accepted]
    chance.shuffle(places)
    return [queues[place].pop(0) for place in places]


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Promise,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_comes_in_whatever_order_and_whenever_the_machine_dies() -> None:
    """Ledger, raw history at every date as known at every load, and four KPIs are what plain folds say."""
    run(examples=6, steps=10)


@pytest.mark.long
def test_the_same_at_length() -> None:
    """Many more sequences, and longer ones; PROMISE_EXAMPLES says how many."""
    run(examples=int(os.environ.get("PROMISE_EXAMPLES", "300")), steps=20)
