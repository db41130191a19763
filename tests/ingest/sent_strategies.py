"""Strategies of `sent_files`: few keys and small values, so that deliveries meet each other often."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from sent_files import DEALS, DESK, FIRST_DAY, REGISTRATIONS, SAVES, Feed, Row, Sent

DAYS = range(5)
# How the statements of a load begin that write, in their order.
WRITING = (
    "begin", 'update "raw', 'insert into "raw', "insert into ledger.rejected", "insert into ledger.loads", "commit",
)  # fmt: skip
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


def deaths() -> st.SearchStrategy[int | str]:
    """Before which statement of a load the process dies: those that write more often than the rest."""
    return st.sampled_from(WRITING) | st.integers(0, 40)
