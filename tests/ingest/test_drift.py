"""A delivery against those before it: what the gate is told of columns that came and went, and of its size."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_desk import Report, Warehouse

from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts, LoadResult, RuleOutcome

HEAD = "opportunity_id,stage,amount"
NO = RuleOutcome(rule_id="no", severity="critical", message="It is refused.")


class Ear:
    """An audit that accepts everything and keeps what it was told."""

    def __init__(self) -> None:
        self.heard: list[DeliveryFacts] = []

    def __call__(self, candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> Report:
        self.heard.append(facts)
        return Report()


def deals(first: int, last: int, *, head: str = HEAD, stage: str = "Open") -> str:
    more = ",1" * (head.count(",") - 1)
    return head + "\n" + "".join(f"{number},{stage}{more}\n" for number in range(first, last + 1))


@pytest.fixture
def ear() -> Ear:
    return Ear()


def take(warehouse: Warehouse, ear: Ear, text: str, as_of: str, mode: str = "snapshot") -> LoadResult:
    return warehouse.take(text, {"mode": mode}, as_of=as_of, audit=ear, name="deals.csv")


def test_a_new_column_is_told_once(warehouse: Warehouse, ear: Ear) -> None:
    """Its values are kept as JSON every time; the next delivery that has it as well says nothing new."""
    wide = f"{HEAD},Mood"
    for month, head in (("01-31", HEAD), ("02-28", wide), ("03-31", wide), ("04-30", f"{wide},Shoe")):
        take(warehouse, ear, deals(1, 2, head=head, stage=month), f"2025-{month}")
    assert [facts.new_columns for facts in ear.heard] == [(), ("Mood",), (), ("Shoe",)]
    assert [facts.extra_columns for facts in ear.heard] == [(), ("Mood",), ("Mood",), ("Mood", "Shoe")]
    assert warehouse.query("select count(*) from raw_crm.opportunities where _extra is not null") == [(6,)]


def test_a_vanished_optional_column_is_told_against_the_delivery_before(warehouse: Warehouse, ear: Ear) -> None:
    """A column that the file never had is no loss, and one that is gone is told once."""
    short = "opportunity_id,stage"
    for month, head in (("01-31", HEAD), ("02-28", short), ("03-31", short), ("04-30", HEAD)):
        take(warehouse, ear, deals(1, 2, head=head, stage=month), f"2025-{month}")
    assert [facts.vanished_columns for facts in ear.heard] == [(), ("amount",), (), ()]


def test_a_refused_delivery_is_no_measure(warehouse: Warehouse, ear: Ear) -> None:
    """Only what was accepted is compared with."""
    take(warehouse, ear, deals(1, 4), "2025-01-31")
    warehouse.take(
        deals(1, 90, head=f"{HEAD},Mood"), {}, as_of="2025-02-28", name="deals.csv",
        audit=lambda *_: Report(failures=(NO,)),
    )  # fmt: skip
    take(warehouse, ear, deals(1, 3, head=f"{HEAD},Mood"), "2025-03-31")
    assert (ear.heard[-1].usual_volume, ear.heard[-1].new_columns) == (4, ("Mood",))


def test_a_snapshot_is_measured_by_the_one_before(warehouse: Warehouse, ear: Ear) -> None:
    """Of the last earlier date: so is a correction of the same day, and a late one by its own past."""
    for as_of, rows in (("2025-01-31", 4), ("2025-03-31", 9), ("2025-03-31", 8), ("2025-02-28", 5)):
        take(warehouse, ear, deals(1, rows, stage=str(rows)), as_of)
    assert [(facts.volume, facts.usual_volume) for facts in ear.heard] == [(4, None), (9, 4), (8, 4), (5, 4)]


@pytest.mark.parametrize("mode", ["delta", "append"])
def test_what_only_adds_is_measured_by_the_day(warehouse: Warehouse, ear: Ear, mode: str) -> None:
    """The median of what was new per day, times the days since; what was delivered again is not new."""
    days = (("2025-03-01", 1, 40), ("2025-03-02", 41, 44), ("2025-03-04", 1, 48), ("2025-03-07", 40, 60))
    for as_of, first, last in days:
        take(warehouse, ear, deals(first, last), as_of, mode)
    assert [facts.usual_volume for facts in ear.heard[:3]] == [None, None, None]
    assert (ear.heard[3].volume, ear.heard[3].usual_volume) == (12, 9)


def test_files_of_another_kind_are_no_measure(warehouse: Warehouse, ear: Ear) -> None:
    """Two kinds of file that feed one export are each compared with their own."""
    take(warehouse, ear, deals(1, 40, head=f"{HEAD},Mood"), "2025-01-31")
    warehouse.take(deals(1, 2), {}, as_of="2025-02-28", name="other.csv", audit=ear)
    assert (ear.heard[-1].usual_volume, ear.heard[-1].vanished_columns) == (None, ())
