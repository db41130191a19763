"""What a value of each form is as text, and where a rejected row of it stands."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from form_files import csv_bytes, gz_bytes, json_bytes, jsonl_bytes, parquet_bytes, workbook_bytes, zip_bytes
from ingest_desk import Desk

from ingest.errors import FormError, HeaderError, TooLargeError
from ingest.forms.limits import LIMITS
from ingest.forms.plain import read_plain
from ingest.mapping import FileMapping


def plain(folder: Path, name: str, data: bytes, *, said: dict[str, Any] | None = None, **more: Any) -> list[list[str]]:
    """The plain text that the form becomes, as cells."""
    source = folder / name
    source.write_bytes(data)
    file = FileMapping.model_validate(
        {"pattern": name, "as_of": {"fixed": "2025-01-31"}, "exports": {"crm.accounts": said or {}}}
    )
    found = read_plain(source, folder, name=name, file=file, export=file.exports["crm.accounts"], **more)
    lines = found.text.path.read_text("utf-8").removesuffix('"\n').split('"\n')
    assert found.text.records == len(lines)
    return [[cell.replace('""', '"') for cell in line[1:].split('","')] for line in lines]


def test_json_keeps_numbers_as_they_are_written(tmp_path: Path) -> None:
    """1.10 is not 1.1, a long number loses no digit; true and null are what CSV says; lists stay JSON."""
    numbers = b'"a": 1.10, "b": 123456789012345678901234567890'
    data = b"[{" + numbers + b', "c": true, "d": null, "e": [1.0, "x", {"y": null}], "f": {}}]'
    assert plain(tmp_path, "x.json", data) == [
        ["a", "b", "c", "d", "e"],
        ["1.10", "123456789012345678901234567890", "true", "", '[1.0,"x",{"y":null}]'],
    ]


def test_nested_fields_are_headers_by_their_path(tmp_path: Path) -> None:
    """The header is the union of all records' fields; a null where others have fields of its own is no field."""
    rows = [{"id": 1, "owner": None}, {"id": 2, "owner": {"name": "Ada", "team": {"id": 7}}}, {"new": "x"}]
    expected = [
        ["id", "owner.name", "owner.team.id", "new"],
        ["1", "", "", ""],
        ["2", "Ada", "7", ""],
        ["", "", "", "x"],
    ]
    assert plain(tmp_path, "x.json", json_bytes(rows)) == expected
    assert plain(tmp_path, "x.jsonl", jsonl_bytes(rows)) == expected


def test_an_empty_list_is_a_delivery_of_no_rows(desk: Desk) -> None:
    """It says that there is nothing, as a CSV with a header alone does; it has no header to compare."""
    assert desk.parse(b"[]", name="x.json").facts.rows_in == 0


def test_json_in_the_encodings_that_come(tmp_path: Path) -> None:
    """With a byte order mark, in UTF-16, or as the mapping declares."""
    text = '[{"a": "ä"}]'
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert plain(tmp_path, "x.json", text.encode(encoding)) == [["a"], ["ä"]]


def test_parquet_values_are_exact(tmp_path: Path) -> None:
    """Decimals keep their places, whole floats have no `.0`, times are ISO and carry Z where they are moments."""
    noon = datetime(2025, 1, 31, 12, 0, 0, 250000)
    table = pa.table({
        "decimal": pa.array([Decimal("0.000000000"), Decimal("1.100000000")], pa.decimal128(38, 9)),
        "float": [3.0, 1e-7],
        "big": [2**62, -1],
        "date": [date(2025, 1, 31), None],
        "moment": pa.array([noon.replace(tzinfo=UTC), None], pa.timestamp("ms", tz="Europe/Berlin")),
        "naive": pa.array([noon, None], pa.timestamp("us")),
        "flag": [True, None],
        "text": ['say "x",\ny', ""],
        "list": [[1, 2], None],
        "struct": [{"a": 1, "b": {"c": "x"}}, None],
        "label": pa.array(["x", None]).dictionary_encode(),
        "bytes": [b"x", b"\xff"],
    })  # fmt: skip
    found = plain(tmp_path, "x.parquet", parquet_bytes(table))
    assert found[0] == [
        "decimal", "float", "big", "date", "moment", "naive", "flag", "text", "list", "struct.a", "struct.b.c", "label",
        "bytes",
    ]  # fmt: skip
    assert found[1] == [
        "0.000000000", "3", str(2**62), "2025-01-31", "2025-01-31 12:00:00.250Z", "2025-01-31 12:00:00.250000", "true",
        'say "x",\ny', "[1, 2]", "1", "x", "x", "x",
    ]  # fmt: skip
    assert found[2] == ["1.100000000", "0.0000001", "-1", "", "", "", "", "", "", "", "", "", "ff"]


def test_cells_of_a_sheet(tmp_path: Path) -> None:
    """Dates ISO, midnight with its time in a column of times, errors as they are shown, numbers without `.0`."""
    book = workbook_bytes(
        Deals=[
            [None, "id", "n", "day", "at", "flag", "error", "length", None],
            [],
            [None, "007", 3.0, date(2025, 1, 31), datetime(2025, 1, 31), True, "#N/A", timedelta(hours=30)],
            [None, "  ", 1e-7, None, datetime(2025, 1, 31, 8, 30), False, "#REF!", time(3, 4)],
        ]
    )
    assert plain(tmp_path, "x.xlsx", book) == [
        ["id", "n", "day", "at", "flag", "error", "length"],
        ["007", "3", "2025-01-31", "2025-01-31T00:00:00", "true", "#N/A", "30:00:00"],
        ["", "0.0000001", "", "2025-01-31T08:30:00", "false", "#REF!", "03:04:00"],
    ]


def test_a_header_below_a_title(tmp_path: Path) -> None:
    """The mapping says its row; which sheet, and that it has no such one, too."""
    book = workbook_bytes(Cover=[["x"]], Deals=[["All deals"], ["id", "n"], [1, 2]])
    assert plain(tmp_path, "x.xlsx", book, said={"sheet": "Deals", "header_row": "2"}) == [["id", "n"], ["1", "2"]]
    with pytest.raises(FormError, match='no sheet "Deal" \\(did you mean "Deals"\\?\\); it has Cover, Deals'):
        plain(tmp_path, "x.xlsx", book, said={"sheet": "Deal"})
    with pytest.raises(HeaderError, match="row 9 is the header, and it is empty"):
        plain(tmp_path, "x.xlsx", book, said={"sheet": "Deals", "header_row": "9"})


def test_one_member_of_a_zip(tmp_path: Path) -> None:
    """A weekly archive of everything: the mapping picks by name."""
    data = zip_bytes({"Account.csv": b'"a"\n"1"\n', "Contact.csv": b'"b"\n"2"\n'})
    assert plain(tmp_path, "x.zip", data, said={"member": "Acc*.csv"}) == [["a"], ["1"]]


@pytest.mark.parametrize(
    ("name", "data", "mapping", "line"),
    [
        ("x.csv.gz", gz_bytes(b"opportunity_id,stage,amount\n\n1,Open,five\n"), {}, 3),
        ("x.json", b'[{"opportunity_id": 1}, {"opportunity_id": 2, "stage": "x", "amount": "five"}]', {}, 2),
        ("x.jsonl", b'{"opportunity_id": 1}\n\n{"opportunity_id": 2, "stage": "x", "amount": "five"}\n', {}, 3),
        ("x.parquet", parquet_bytes([{"opportunity_id": "1", "stage": "Open", "amount": "five"}]), {}, 1),
        (
            "x.xlsx",
            workbook_bytes(A=[["title"], ["opportunity_id", "stage", "amount"], [], [1, "Open", "five"]]),
            {"header_row": 2},
            4,
        ),
        (
            "x.zip",
            zip_bytes(
                {"1.csv": b"opportunity_id,stage\n1,Open\n2,Open\n", "2.csv": b"opportunity_id,stage\n\n,Open\n"}
            ),
            {},
            3,
        ),
        (
            "x.zip",
            zip_bytes(
                {"1.csv": b"opportunity_id,stage\n1,Open\n2,Open\n", "2.csv": b"stage,opportunity_id\n\nOpen,\n"}
            ),
            {},
            3,
        ),
        (
            "x.zip",
            zip_bytes({"1.jsonl": b'{"opportunity_id":1,"stage":1}\n\n', "2.jsonl": b'\n{"opportunity_id":""}\n'}),
            {},
            2,
        ),
    ],
    ids=["text", "json", "jsonl", "parquet", "sheet", "zip", "zip, other order", "zip of jsonl"],
)
def test_where_a_rejected_row_stands(desk: Desk, name: str, data: bytes, mapping: dict[str, Any], line: int) -> None:
    """Line, record or row of the sheet; of an export in parts the one in the part."""
    parsed = desk.parse(data, mapping, name=name)
    assert [row["line_number"] for row in parsed.rejected] == [line]


def test_what_is_too_large_is_told_what_to_do(tmp_path: Path) -> None:
    """Each limit is one number in one place."""
    small = dataclasses.replace(LIMITS, json_document=10, json_line=10, unpacked=20)
    with pytest.raises(TooLargeError, match=r"Deliver it as JSON Lines \(.jsonl\), or in parts"):
        plain(tmp_path, "x.json", json_bytes([{"a": "bcdef"}]), limits=small)
    with pytest.raises(TooLargeError, match="line 1, is longer than 10 letters"):
        plain(tmp_path, "x.jsonl", jsonl_bytes([{"a": "bcdef"}]), limits=small)
    with pytest.raises(TooLargeError, match="unpacks to more than 20 bytes"):
        plain(tmp_path, "x.csv.gz", gz_bytes(csv_bytes([{"a": "b" * 30}])), limits=small)
