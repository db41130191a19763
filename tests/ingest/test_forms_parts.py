"""An export in parts is one delivery: whole or not at all, whatever order the parts lie in."""

from __future__ import annotations

import random
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from form_files import csv_bytes, gz_bytes, jsonl_bytes, parquet_bytes, zip_bytes
from ingest_desk import RECEIVED, Warehouse, accept

from ingest.container import container_bytes, container_fingerprint
from ingest.contracts import load_contracts
from ingest.delivery import Delivery, LoadResult
from ingest.errors import FileChangedError
from ingest.inbox import Inbox, find_deliveries, find_file
from ingest.load import take_in

ROWS = [{"opportunity_id": str(number), "stage": "Open", "amount": "1.5"} for number in range(1, 7)]
VENDOR = """
files:
  - {pattern: 'deals_{as_of}_part{part}of{parts}.csv', exports: {crm.opportunities: {}}}
  - {pattern: 'lines_{as_of}.{part}.jsonl', exports: {crm.opportunities: {}}}
  - {pattern: 'table_{part}.parquet', as_of: {fixed: 2025-01-31}, exports: {crm.opportunities: {}}}
  - {pattern: 'whole_{as_of}.csv', exports: {crm.opportunities: {}}}
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "mine"
    folder.mkdir(parents=True)
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors" / "mine.yaml").write_text(VENDOR)
    return folder.parent


def put(inbox: Path, **files: bytes) -> None:
    for name, data in files.items():
        (inbox / "mine" / name).write_bytes(data)


def parts(
    rows: list[dict[str, str]], sizes: list[int], name: str = "deals_2025-01-31_part{}of{}.csv"
) -> dict[str, bytes]:
    """The rows cut into parts of these sizes."""
    cut = [sum(sizes[:number]) for number in range(len(sizes) + 1)]
    pieces = [rows[start:end] for start, end in pairwise(cut)]
    return {name.format(number, len(sizes)): csv_bytes(piece) for number, piece in enumerate(pieces, start=1)}


def look(inbox: Path) -> Inbox:
    return find_deliveries(
        inbox, contracts=load_contracts(), home_vendors=inbox.parent / "vendors", received_at=RECEIVED
    )


def load(warehouse: Warehouse, delivery: Delivery) -> LoadResult:
    return take_in(
        delivery,
        connection=warehouse.connection,
        home=warehouse.home,
        contract=warehouse.desk.contracts.exports[delivery.export],
        audit=accept,
        suite_version="1",
        run_id="run",
    )


def test_parts_are_one_delivery(inbox: Path, warehouse: Warehouse) -> None:
    """Its name says which parts it holds; the archive keeps them as they came, in one zip."""
    put(inbox, **parts(ROWS, [1, 3, 2]))
    found = look(inbox)
    (delivery,) = found.deliveries
    assert (found.problems, delivery.path.name) == ((), "deals_2025-01-31_part1-3of3.csv.zip")
    result = load(warehouse, delivery)
    assert (result.verdict, result.rows_accepted, result.file_name) == ("accepted", 6, delivery.path.name)
    kept = next((warehouse.home / "deliveries").rglob(f"*__{delivery.path.name}"))
    with zipfile.ZipFile(kept) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == parts(ROWS, [1, 3, 2])
    assert load(warehouse, look(inbox).deliveries[0]).verdict == "duplicate"


@pytest.mark.parametrize("sizes", [[6], [3, 3], [1] * 6])
def test_cut_otherwise_it_is_the_same_history(inbox: Path, warehouse: Warehouse, sizes: list[int]) -> None:
    """The same rows in any number of parts, after the whole: nothing opens, nothing closes."""
    put(inbox, **{"whole_2025-01-31.csv": csv_bytes(ROWS)})
    load(warehouse, look(inbox).deliveries[0])
    (inbox / "mine" / "whole_2025-01-31.csv").unlink()
    put(inbox, **parts(ROWS, sizes))
    result = load(warehouse, look(inbox).deliveries[0])
    assert (result.verdict, result.versions_opened, result.versions_closed) == ("accepted", 0, 0)


def test_ten_parts_in_any_order_give_the_same_bytes(inbox: Path) -> None:
    """Neither the order of writing nor the times of the files matter; part 10 comes after part 2."""
    files = list(parts([*ROWS, *ROWS], [1] * 12).items())
    seen = set()
    for seed in range(3):
        random.Random(seed).shuffle(files)
        for name, data in files:
            (inbox / "mine" / name).unlink(missing_ok=True)
            put(inbox, **{name: data})
        (delivery,) = look(inbox).deliveries
        seen.add((delivery.sha256, delivery.bytes, [path.name for path in delivery.parts][-1]))
    assert [last for _, _, last in seen] == ["deals_2025-01-31_part12of12.csv"]


def test_the_bytes_of_a_container_are_pinned(tmp_path: Path) -> None:
    """They are the identity of deliveries in ledgers: they may not change with a version of anything."""
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    (tmp_path / "b.csv").write_bytes(b"x\n2\n")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    sha256, size = container_fingerprint(paths)
    assert size == len(b"".join(container_bytes(paths)))
    assert sha256 == "5525dbd4d25369461cf04e197c2c6bdf746db024bb29e4fb5d508992fc05895e"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["deals_2025-01-31_part1of3.csv", "deals_2025-01-31_part3of3.csv"], "part 2 is not there"),
        (["deals_2025-01-31_part1of3.csv"], "parts 2, 3 are not there"),
        (["deals_2025-01-31_part1of2.csv", "deals_2025-01-31_part2of3.csv"], "do not agree how many they are"),
        (["deals_2025-01-31_part4of3.csv"], "says that it is part 4 of 3"),
        (["deals_2025-01-31_part1of1.csv", "deals_2025-01-31_part1of1.csv.gz"], "are both part 1"),
        (["lines_2025-01-31.0.jsonl", "lines_2025-01-31.2.jsonl"], "part 1 is not there"),
        (["lines_2025-01-31.2.jsonl"], "part 1 is not there"),
    ],
)
def test_a_set_that_is_not_whole_is_not_taken_in(inbox: Path, names: list[str], said: str) -> None:
    """The sentence says which part is missing; parts of another date are no help."""
    put(inbox, **dict.fromkeys(names, csv_bytes(ROWS)), **{"deals_2025-02-28_part1of1.csv": csv_bytes(ROWS)})
    found = look(inbox)
    assert [delivery.path.name for delivery in found.deliveries] == ["deals_2025-02-28_part1-1of1.csv.zip"]
    assert [said in str(problem) for problem in found.problems] == [True], found.problems


def test_parts_of_other_forms_packed_or_not(inbox: Path, warehouse: Warehouse) -> None:
    """JSON Lines from 0, one of them packed; Parquet with a fixed date."""
    put(
        inbox,
        **{
            "lines_2025-01-31.0.jsonl": jsonl_bytes(ROWS[:2]),
            "lines_2025-01-31.1.jsonl.gz": gz_bytes(jsonl_bytes(ROWS[2:])),
        },
        **{"table_1.parquet": parquet_bytes(ROWS[:5]), "table_2.parquet": parquet_bytes(ROWS[5:])},
    )
    results = [load(warehouse, delivery) for delivery in look(inbox).deliveries]
    assert [(result.file_name, result.verdict, result.rows_in) for result in results] == [
        ("lines_2025-01-31.0-1.jsonl.zip", "accepted", 6),
        ("table_1-2.parquet.zip", "accepted", 6),
    ]


@pytest.mark.parametrize(
    ("second", "rule", "said"),
    [
        (b"amount,opportunity_id,stage\n1.5,2,Open\n", None, ""),
        (b"opportunity_id,stage\n2,Open\n", "parse.header", "lacks amount"),
        (b"opportunity_id,stage,amount,x\n2,Open,1,1\n", "parse.header", "has x besides"),
        (b"opportunity_id,stage,amount\n2,Open,1", "parse.records", "part2of2.csv in deals"),
        (b'opportunity_id,stage,amount\n2,"Open,1\n', "parse.records", "a quote in line 2"),
        (b"stage,opportunity_id,amount\n2,Open\n", "parse.records", "has 2 field"),
        (b"", "parse.records", "is empty"),
    ],
)
def test_each_part_has_the_header(
    inbox: Path, warehouse: Warehouse, second: bytes, rule: str | None, said: str
) -> None:
    """In its own order; a part with other columns, or one that is cut off, refuses the delivery and is named."""
    first = b"opportunity_id,stage,amount\n1,Open,1.5\n"
    put(inbox, **{"deals_2025-01-31_part1of2.csv": first, "deals_2025-01-31_part2of2.csv": second})
    result = load(warehouse, look(inbox).deliveries[0])
    assert [failed.rule_id for failed in result.failed_rules] == ([rule] if rule else [])
    assert said in (result.reason or "")
    if rule is None:
        assert warehouse.query("select opportunity_id, amount from raw_crm.opportunities order by 1") != []


def test_a_refused_delivery_in_parts_is_found_again(inbox: Path, warehouse: Warehouse) -> None:
    """Quarantine holds the container, which is a delivery of the same identity wherever it lies."""
    put(inbox, **{name: data.replace(b"stage", b"stge") for name, data in parts(ROWS, [3, 3]).items()})
    (delivery,) = look(inbox).deliveries
    result = load(warehouse, delivery)
    assert result.quarantine is not None
    again = find_file(
        result.quarantine / delivery.path.name,
        "mine",
        contracts=load_contracts(),
        home_vendors=inbox.parent / "vendors",
        received_at=RECEIVED,
    )
    assert [(one.sha256, one.as_of_date, one.parts) for one in again.deliveries] == [
        (delivery.sha256, delivery.as_of_date, ())
    ]
    assert load(warehouse, again.deliveries[0]).verdict == "duplicate"


def test_one_part_stands_for_those_beside_it(inbox: Path) -> None:
    """Who asks about one file is told of the whole delivery."""
    put(inbox, **parts(ROWS, [3, 3]))
    found = find_file(
        inbox / "mine" / "deals_2025-01-31_part2of2.csv",
        "mine",
        contracts=load_contracts(),
        home_vendors=inbox.parent / "vendors",
        received_at=RECEIVED,
    )
    assert [len(delivery.parts) for delivery in found.deliveries] == [2]


def test_a_part_that_changes_while_it_is_read(inbox: Path, warehouse: Warehouse) -> None:
    """Nothing is recorded, as with any file."""
    put(inbox, **parts(ROWS, [3, 3]))
    (delivery,) = look(inbox).deliveries
    delivery.parts[1].write_bytes(csv_bytes(ROWS))
    with pytest.raises(FileChangedError, match="changed while it was read"):
        load(warehouse, delivery)
    assert warehouse.query("select count(*) from ledger.loads") == [(0,)]


def test_a_packed_file_is_of_the_pattern_of_its_plain_name(inbox: Path) -> None:
    """A pattern of the packed name itself would win."""
    put(
        inbox,
        **{
            "whole_2025-01-31.csv.gz": gz_bytes(csv_bytes(ROWS)),
            "whole_2025-02-28.csv.ZIP": zip_bytes({"a.csv": csv_bytes(ROWS)}),
        },
    )
    vendor = inbox.parent / "vendors" / "mine.yaml"
    vendor.write_text(VENDOR + "  - {pattern: 'whole_{as_of}.csv.gz', exports: {crm.accounts: {}}}\n")
    assert [(delivery.export, str(delivery.as_of_date)) for delivery in look(inbox).deliveries] == [
        ("crm.accounts", "2025-01-31"), ("crm.opportunities", "2025-02-28"),
    ]  # fmt: skip


@pytest.mark.parametrize("swapped", [False, True])
def test_a_rejected_row_names_its_part_and_the_line_in_it(inbox: Path, warehouse: Warehouse, swapped: bool) -> None:
    """Whether the parts have one header or the same names in another order."""
    first = b"opportunity_id,stage,amount\n1,Open,1.5\n2,Open,many\n"
    second = b"opportunity_id,stage,amount\n3,Open,1\n4,Open,few\n"
    if swapped:
        second = b"amount,opportunity_id,stage\n1,3,Open\nfew,4,Open\n"
    put(inbox, **{"deals_2025-01-31_part1of2.csv": first, "deals_2025-01-31_part2of2.csv": second})
    (delivery,) = look(inbox).deliveries
    load(warehouse, delivery)
    assert warehouse.query("select part, line_number, value from ledger.rejected_rows order by all") == [
        ("deals_2025-01-31_part1of2.csv", 3, "many"),
        ("deals_2025-01-31_part2of2.csv", 3, "few"),
    ]
