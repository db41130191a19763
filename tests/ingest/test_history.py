"""Raw history is what a plain fold over the accepted deliveries gives, at every date and as known after every load."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from history_fold import DAY, Sent, fold
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_desk import Desk, Warehouse

from ingest import history_rebuild
from ingest.contracts import Contracts, load_contracts
from ingest.history import Incoming
from ingest.warehouse import open_warehouse

EXPORT, TABLE = "crm.opportunities", "raw_crm.opportunities"


def narrow() -> Contracts:
    """The one export with the columns used here, so that an example takes little time."""
    export = load_contracts().exports[EXPORT]
    kept = tuple(export.column(name) for name in ("opportunity_id", "stage", "close_date"))
    return Contracts(exports={EXPORT: replace(export, columns=kept)})


@contextmanager
def opened() -> Iterator[Warehouse]:
    """A fresh warehouse for each example."""
    contracts = narrow()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with open_warehouse(home / "warehouse.duckdb", contracts=contracts) as connection:
            desk = Desk(folder=Path(folder), contracts=contracts)
            yield Warehouse(desk=desk, home=home, connection=connection)


def check(warehouse: Warehouse, sent: list[Sent]) -> None:
    """Take the deliveries in, in this order; compare every (day, known at) with the fold."""
    seqs: list[int] = []
    for delivery in sent:
        result = warehouse.take(delivery.text, delivery.mapping, as_of=str(delivery.as_of))
        assert result.rows_in == result.rows_accepted + result.rows_rejected + result.rows_collapsed
        seqs.append(max([*seqs, result.load_seq]))
    marks = "_load_seq, _superseded_seq, _valid_from, _closed_seq, _valid_to"
    versions = warehouse.query(f"select opportunity_id, stage, close_date, {marks} from {TABLE}")
    for day in {delivery.day + shift for delivery in sent for shift in (-1, 0, 1)}:
        for number, seq in enumerate(seqs, start=1):
            held = sorted(v[:3] for v in versions if is_visible(v[3:], DAY + timedelta(days=day), seq))
            told = fold(sent[:number], day).items()
            assert held == sorted((k, stage, DAY + timedelta(days=close)) for k, (stage, close) in told), (day, seq)


def is_visible(marks: tuple[Any, ...], as_of: date, known_at: int) -> bool:
    """The rule that staging relies on, in Python."""
    loaded, superseded, valid_from, closed, valid_to = marks
    if loaded > known_at or (superseded is not None and superseded <= known_at) or valid_from > as_of:
        return False
    return not (closed is not None and closed <= known_at and valid_to <= as_of)


ROWS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.sampled_from("xy"), st.integers(0, 3)), max_size=4)
MODES = st.sampled_from(["snapshot", "snapshot", "delta", "rolling", "append"])


def deliveries(modes: st.SearchStrategy[str]) -> st.SearchStrategy[list[Sent]]:
    one = st.builds(
        lambda day, rows, mode: Sent(day, tuple(sorted(rows.items())), mode), st.integers(0, 4), ROWS, modes
    )
    return st.lists(one, min_size=1, max_size=5)


@settings(max_examples=10, deadline=None)
@given(sent=deliveries(st.just("snapshot")))
def test_snapshots_in_any_order_give_the_fold(sent: list[Sent]) -> None:
    """Late, restated or in order: what was known after each load can be seen for each date."""
    with opened() as warehouse:
        check(warehouse, sent)


@settings(max_examples=15, deadline=None)
@given(sent=deliveries(MODES))
def test_modes_in_any_mixture_give_the_fold(sent: list[Sent]) -> None:
    """Each delivery is replayed in the mode it came with."""
    with opened() as warehouse:
        check(warehouse, sent)


@settings(max_examples=4, deadline=None)
@given(sent=deliveries(MODES).filter(lambda sent: len({s.day for s in sent}) == len(sent)))
def test_history_is_a_function_of_the_accepted_set(sent: list[Sent]) -> None:
    """Whatever order they arrive in, the versions that hold in the end are the same."""
    ends = []
    for order in (sent, sorted(sent, key=lambda s: s.day)):
        with opened() as warehouse:
            check(warehouse, order)
            ends.append(
                warehouse.query(
                    f"select opportunity_id, _row_hash, _valid_from, _valid_to from {TABLE}"
                    " where _superseded_seq is null order by all"
                )
            )
    assert ends[0] == ends[1]


@settings(max_examples=12, deadline=None)
@given(sent=deliveries(st.sampled_from(["append", "append", "append", "snapshot"])))
def test_what_is_laid_on_is_what_a_replay_gives(sent: list[Sent]) -> None:
    """A second appended file of a date writes the very versions that replaying the date would, and counts the same."""
    ends = []
    for needs_no_replay in (history_rebuild.needs_no_replay, lambda _, others: not others):
        with opened() as warehouse, mock.patch("ingest.verdict.needs_no_replay", needs_no_replay):
            check(warehouse, sent)
            ends.append(
                (
                    warehouse.query(f"select * exclude (_extra) from {TABLE} order by all"),
                    warehouse.query(
                        "select load_seq, rows_accepted, rows_collapsed, versions_opened, versions_closed"
                        " from ledger.loads order by all"
                    ),
                )
            )
    assert ends[0] == ends[1]


def test_only_appended_files_in_their_order_are_laid_on() -> None:
    """What may end a version, comes in another order or is told by another key has its date replayed."""
    one = Incoming(
        load_seq=3, as_of_date=DAY, revision=0, mode="append", key=("a",), range_column=None, parquet=Path("x")
    )
    before = replace(one, load_seq=2)
    assert history_rebuild.needs_no_replay(one, [])
    assert history_rebuild.needs_no_replay(one, [before, replace(before, load_seq=1)])
    for other in (
        replace(before, mode="snapshot"),
        replace(before, key=("b",)),
        replace(before, revision=1),
        replace(before, as_of_date=DAY + timedelta(days=1)),
    ):
        assert not history_rebuild.needs_no_replay(one, [before, other])
    assert not history_rebuild.needs_no_replay(replace(one, mode="delta"), [before])


def rows(**stages: str) -> tuple[tuple[str, tuple[str, int]], ...]:
    return tuple((key, (stage, 0)) for key, stage in stages.items())


def test_an_unchanged_snapshot_writes_nothing(warehouse: Warehouse) -> None:
    """Work and storage follow what changed."""
    check(warehouse, [Sent(0, rows(a="x", b="x")), Sent(1, rows(a="x", b="x")), Sent(2, rows(a="x", b="y"))])
    assert warehouse.query(f"select count(*) from {TABLE}") == [(3,)]


def test_a_late_delivery_leaves_versions_alone_that_stay_true(warehouse: Warehouse) -> None:
    """Only what was wrong is superseded: here the version that in truth ended and began again between."""
    check(warehouse, [Sent(0, rows(a="x", b="x")), Sent(4, rows(a="x", b="x")), Sent(2, rows(a="x"))])
    superseded = f"select opportunity_id, _load_seq, _superseded_seq from {TABLE} where _superseded_seq is not null"
    assert warehouse.query(superseded) == [("b", 1, 3)]
    assert warehouse.query(f"select count(*) from {TABLE} where opportunity_id = 'b'") == [(3,)]


def test_a_restated_date_replaces_what_was_said_of_it(warehouse: Warehouse) -> None:
    """The later load of one date wins, and what it repeats goes on as one version."""
    check(warehouse, [Sent(0, rows(a="x", b="x")), Sent(1, rows(b="y")), Sent(1, rows(a="x", b="x"))])
    held = f"select opportunity_id, _valid_from, _valid_to from {TABLE} where _superseded_seq is null order by all"
    assert warehouse.query(held) == [("a", DAY, None), ("b", DAY, None)]


def test_an_appended_row_comes_once(warehouse: Warehouse) -> None:
    """A key that comes again is known: it collapses, whatever it says now."""
    head = "rate_date,currency,units_per_eur\n"
    one = head + "2025-01-01,USD,1.1\n"
    warehouse.take(one, export="finance.fx_rates", as_of="2025-01-01")
    again = warehouse.take(
        one.replace("1.1", "9") + "2025-01-02,USD,1.2\n", export="finance.fx_rates", as_of="2025-01-02"
    )
    assert (again.rows_accepted, again.rows_collapsed) == (1, 1)
    assert len(warehouse.query("select * from raw_finance.fx_rates")) == 2


def test_a_second_file_of_a_date_adds_to_the_first(warehouse: Warehouse) -> None:
    """Where two files feed one export in mode append, neither restates the other, in whatever order they come."""
    head, export = "event_id,ticket_id,occurred_at,event_type\n", "support.ticket_events"

    def sent(name: str, as_of: str, *ids: str) -> tuple[str, int, int]:
        text = head + "".join(f"{name}-{i},7,{as_of}T10:00:00Z,status\n" for i in ids)
        taken = warehouse.take(text, export=export, as_of=as_of, name=f"{name}_{as_of}.csv")
        return taken.verdict, taken.rows_accepted, taken.rows_collapsed

    assert sent("fields", "2025-01-31", "1", "2") == ("accepted", 2, 0)
    assert sent("fields", "2025-02-28", "1", "2", "3") == ("accepted", 1, 2)
    assert sent("comments", "2025-02-28", "1", "9") == ("accepted", 2, 0)
    assert sent("comments", "2025-01-31", "1") == ("accepted", 1, 0)
    assert sent("comments", "2025-01-31", "1") == ("duplicate", 0, 0)
    held = f"select event_id, _valid_from from raw_{export} where _superseded_seq is null and _valid_to is null"
    january, february = date(2025, 1, 31), date(2025, 2, 28)
    assert warehouse.query(held + " order by all") == [
        ("comments-1", january), ("comments-9", february),
        ("fields-1", january), ("fields-2", january), ("fields-3", february),
    ]  # fmt: skip
    # The one row that was told anew began earlier than was known; nothing was ended.
    superseded = f"select event_id, _valid_from, _superseded_seq from raw_{export} where _superseded_seq is not null"
    assert warehouse.query(superseded) == [("comments-1", february, 4)]
    assert warehouse.query(f"select count(*) from raw_{export} where _valid_to is not null") == [(0,)]


def test_two_instances_do_not_touch_each_other(warehouse: Warehouse) -> None:
    """Keys and the scope of a snapshot belong to one instance."""
    check(warehouse, [Sent(0, rows(a="x"))])
    warehouse.query(f"update {TABLE} set _instance = 'other'")
    warehouse.take(Sent(1, rows(b="y")).text, as_of="2025-01-02")
    held = f"select _instance, opportunity_id from {TABLE} where _valid_to is null order by all"
    assert warehouse.query(held) == [("one", "b"), ("other", "a")]


@pytest.mark.parametrize("mode", ["snapshot", "delta", "rolling", "append"])
def test_an_empty_delivery_closes_only_what_its_mode_says(warehouse: Warehouse, mode: str) -> None:
    """An empty snapshot closes everything (the gate judges that); an empty range closes nothing."""
    check(warehouse, [Sent(0, rows(a="x")), Sent(1, (), mode)])
