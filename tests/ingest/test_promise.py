"""No row is ever silently lost, doubled or half loaded, and what holds is a function of the accepted deliveries.

Whatever order they came in and however often the machine died: a stateful test against folds in plain Python.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from accepted_fold import Book, Load, fold
from dying import Died, Dying
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from kpi_fold import CODES, kpi_values
from kpi_models import read_values
from promise_home import (
    CONTRACTS,
    EXPORTS,
    ONE_THREAD,
    counts,
    findings,
    held_versions,
    opened,
    read_versions,
    take,
    visible,
)
from sent_files import FEEDS, FIRST_DAY, Feed, Sent
from sent_strategies import DAYS, deaths, files, rows_of

from ingest.ledger import read_loads
from ingest.rebuild import rebuild


class Promise(RuleBasedStateMachine):
    """A home into which files are taken, and the book of what must be true of it."""

    sent = Bundle("sent")
    at_length = False

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

    @rule(target=sent, pile=st.lists(files(), min_size=1, max_size=3))
    def deliver(self, pile: list[Sent]) -> Any:
        """In order or late: the day decides what holds, not the arrival."""
        self._take(*pile)
        return multiple(*pile)

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
        parts = (("1", file.rows[:at]), ("2", file.rows[at:]))
        self._take(*(replace(file, rows=rows, part=part, fault="") for part, rows in parts))

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

    @rule(target=sent, file=files() | sent, before=deaths())
    def crash(self, file: Sent, before: int | str) -> Sent:
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
        self._take(*self.inbox.values())

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.book.loads:
                self._check_everything()
        finally:
            shutil.rmtree(self.folder)

    def _take(
        self, *files: Sent, gate_refuses: bool = False, dies_before: int | str | None = None, left: Path = Path()
    ) -> None:
        """A run over what lies in the inbox, one file under each name."""
        pile = sorted({file.name: file for file in files}.values(), key=lambda file: (file.day, file.name))
        self.inbox |= {file.name: file for file in pile}
        with opened(self.home) as connection:
            mortal: Any = connection
            if dies_before is not None:
                mortal = Dying(connection, before=dies_before, home=self.home, left=left)
            results = take(mortal, self.folder, self.home, pile, suite=str(self.suite), gate_refuses=gate_refuses)
            for file, result in zip(pile, results, strict=True):
                verdict, seq, rows = self._expected(file, gate_refuses)
                assert (result.verdict, result.load_seq, counts(result)) == (verdict, seq, rows)
                if verdict != "duplicate":
                    self._note(file, accepted=verdict == "accepted")
            for feed in FEEDS:
                self._check_now(connection, feed)

    def _note(self, file: Sent, *, accepted: bool) -> None:
        self.book.loads.append(Load(sent=file, accepted=accepted, suite=str(self.suite), seq=self.book.next_seq))

    def _expected(self, file: Sent, gate_refuses: bool) -> tuple[str, int, tuple[int, ...]]:
        if known := self.book.known(file, str(self.suite)):
            return "duplicate", known.seq, (0, 0, 0, 0)
        verdict = "quarantined" if file.spoilt or gate_refuses else "accepted"
        return verdict, self.book.next_seq, self.book.counts(file, accepted=verdict == "accepted")

    def _note_what_was_left(self, file: Sent) -> None:
        """The load is in the ledger or it is not; whatever it is, all of it is so."""
        with opened(self.home) as connection:
            rows = read_loads(connection)
            assert len(rows) - len(self.book.loads) in (0, 1)
            if len(rows) > len(self.book.loads):
                accepted = rows[-1].verdict == "accepted"
                assert accepted != file.spoilt
                self._note(file, accepted=accepted)
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
        other, permuted = self.folder / "permuted", permute(self.book.accepted(), self.chance)
        with opened(other) as connection:
            for file in permuted:
                [result] = take(connection, self.folder, other, [file], suite="1")
                assert result.verdict == "accepted"
            assert [held_versions(connection, feed) for feed in FEEDS] == held
        self._check_values(other, permuted, len(permuted))
        if self.at_length:
            self._check_values(self.home, self.book.accepted(), self.book.loads[-1].seq)
            earlier = self.chance.choice(self.book.loads).seq
            self._check_values(self.home, self.book.accepted(known_at=earlier), earlier)
            tables = rebuild(self.home, self.home / "warehouse.duckdb", CONTRACTS, limits=ONE_THREAD)
            assert all(table.is_equal for table in tables)

    def _check_values(self, home: Path, accepted: list[Sent], known_at: int) -> None:
        as_of = FIRST_DAY + timedelta(days=self.chance.choice(DAYS))
        assert read_values(home / "warehouse.duckdb", EXPORTS, CODES, as_of, known_at) == kpi_values(accepted, as_of)


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


class PromiseAtLength(Promise):
    """The same, with the past as it was known and raw history made anew from the archive."""

    at_length = True


def run(machine: type[Promise], *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_whatever_comes_in_whatever_order_and_whenever_the_machine_dies() -> None:
    """Ledger, raw history at every date as known at every load, and four KPIs are what plain folds say."""
    run(Promise, examples=5, steps=9)


@pytest.mark.long
def test_the_same_at_length() -> None:
    """More sequences, and longer ones; PROMISE_EXAMPLES says how many."""
    run(PromiseAtLength, examples=int(os.environ.get("PROMISE_EXAMPLES", "200")), steps=20)
