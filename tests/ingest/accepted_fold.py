"""The promise in plain Python: what was taken in, in which order, and what follows from it. Dicts, no SQL.

`Book` is kept beside the real ledger; nothing here reads the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sent_files import Feed, Row, Sent

State = dict[str, Row]


@dataclass(frozen=True, kw_only=True)
class Load:
    """What became of a file; `seq` is its number in the ledger, `suite` the rules that judged it."""

    sent: Sent
    accepted: bool
    suite: str
    seq: int


@dataclass
class Book:
    """Every load so far, in the order of the ledger."""

    loads: list[Load] = field(default_factory=list)

    def known(self, sent: Sent, suite: str) -> Load | None:
        """The load that makes the file a duplicate: its bytes stand for its date, or are refused by these rules."""
        alike = [load for load in self.loads if _identity(load.sent) == _identity(sent)]
        for load in reversed([load for load in alike if load.sent.sha256 == sent.sha256]):
            if load.accepted:
                corrected = any(
                    later.accepted and later.seq > load.seq and later.sent.name == sent.name
                    for later in alike
                    if later.sent.sha256 != sent.sha256
                )
                return None if corrected else load
            if load.suite == suite:
                return load
        return None

    def accepted(self, *, known_at: int | None = None) -> list[Sent]:
        """The files that were accepted, as known after a load."""
        return [load.sent for load in self.loads if load.accepted and (known_at is None or load.seq <= known_at)]

    @property
    def next_seq(self) -> int:
        return len(self.loads) + 1

    def rows_known(self, sent: Sent) -> int:
        """Rows that an append delivery repeats: their keys stand there on its date already."""
        if sent.feed.mode != "append":
            return 0
        return len({row[0] for row in sent.rows} & set(fold(self.accepted(), sent.feed, sent.day)))

    def counts(self, sent: Sent, *, accepted: bool) -> tuple[int, int, int, int]:
        """Rows in, accepted, rejected and collapsed. A file that cannot be read has no rows."""
        if sent.spoilt and sent.fault != "conflict":
            return 0, 0, 0, 0
        known = self.rows_known(sent) if accepted else 0
        kept = len(sent.rows) - known + (2 if sent.fault == "conflict" else 0)
        collapsed = sent.collapsed + known
        return kept + sent.rejected + collapsed, kept, sent.rejected, collapsed


def fold(accepted: Iterable[Sent], feed: Feed, day: int) -> State:
    """What holds on a day: the deliveries up to it, by as-of date and then in the order of the ledger."""
    state: State = {}
    for sent in sorted((s for s in accepted if s.feed == feed and s.day <= day), key=lambda s: s.day):
        rows = {row[0]: row for row in sent.rows}
        if feed.mode == "append":
            state = rows | state
            continue
        lost = set(state) - set(rows) if feed.mode in ("snapshot", "rolling") else set()
        if feed.mode == "rolling":
            dates = [row[feed.ranged] for row in sent.rows if row[feed.ranged]]
            lost = {
                k for k in lost if dates and state[k][feed.ranged] and min(dates) <= state[k][feed.ranged] <= max(dates)
            }
        state = {key: row for key, row in state.items() if key not in lost} | rows
    return state


def ever(accepted: Sequence[Sent], feed: Feed, day: int) -> State:
    """Every key that held on any day up to this one, as it last did."""
    state: State = {}
    for each in sorted({sent.day for sent in accepted if sent.day <= day}):
        state |= fold(accepted, feed, each)
    return state


def _identity(sent: Sent) -> tuple[str, str, int]:
    return sent.feed.export, sent.feed.instance, sent.day
