"""What no form may be: each refusal by its name, with the file in it, and nothing read of it."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from form_files import csv_bytes, gz_bytes, json_bytes, parquet_bytes, sheet_rows, workbook_bytes, zip_bytes
from ingest_desk import Desk

from ingest.errors import ArchiveError, DeliveryError, EncodingError, FormError, RecordsError, TooLargeError

ROWS = [{"opportunity_id": str(number), "stage": "Open"} for number in range(1, 4)]
CSV = csv_bytes(ROWS)
BOOK = workbook_bytes(Deals=sheet_rows(ROWS))
ZEROS = b"0" * (40 * 1024 * 1024)


def entry(name: str, **said: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for key, value in said.items():
        setattr(info, key, value)
    return info


def named(name: str) -> bytes:
    """A zip whose entry has a name that the library would mend."""
    return zip_bytes({"X" * len(name): CSV}).replace(b"X" * len(name), name.encode())


def encrypted() -> bytes:
    data = bytearray(zip_bytes({"a.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory that mean the same bytes."""
    data = zip_bytes([("a.csv", CSV), ("b.csv", CSV)])
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]


def with_part(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of it changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zip_bytes({**parts, part: change(parts[part])})


SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
LINK = stat.S_IFLNK << 16

ARCHIVES: dict[str, tuple[str, bytes, type[DeliveryError], str]] = {
    "gz bomb": ("a.csv.gz", gz_bytes(ZEROS), TooLargeError, "as only a bomb does"),
    "zip bomb": ("a.csv.zip", zip_bytes({"a.csv": ZEROS}), TooLargeError, "as only a bomb does"),
    "gz cut off": ("a.csv.gz", gz_bytes(CSV)[:-9], ArchiveError, "is cut off"),
    "gz and more": ("a.csv.gz", gz_bytes(CSV) + b"more", ArchiveError, "something follows the packed data"),
    "gz damaged": ("a.csv.gz", gz_bytes(CSV)[:-8] + b"\0" * 8, ArchiveError, "it is damaged"),
    "gz in name only": ("a.csv.gz", CSV, ArchiveError, "is not packed with gzip"),
    "zip in name only": ("a.csv.zip", CSV, ArchiveError, "is no zip archive"),
    "zip cut off": ("a.csv.zip", zip_bytes({"a.csv": CSV})[:-30], ArchiveError, "is no whole zip archive"),
    "zip and more": ("a.csv.zip", zip_bytes({"a.csv": CSV}) + b"more", ArchiveError, "before or behind"),
    "more and zip": ("a.csv.zip", b"PK" + zip_bytes({"a.csv": CSV}), ArchiveError, "before or behind"),
    "no entries": ("a.csv.zip", zip_bytes({}), ArchiveError, "without a file in it"),
    "only hidden": ("a.csv.zip", zip_bytes({"__MACOSX/a.csv": b"", ".x": b""}), ArchiveError, "without a file"),
    "dots": ("a.zip", zip_bytes({"../../a.csv": CSV}), ArchiveError, "points out of the archive"),
    "absolute": ("a.zip", zip_bytes({"/etc/a.csv": CSV}), ArchiveError, "has an absolute name"),
    "drive": ("a.zip", zip_bytes({"C:/a.csv": CSV}), ArchiveError, "has an absolute name"),
    "backslash": ("a.zip", named("..\\a.csv"), ArchiveError, "one with a backslash"),
    "link": ("a.zip", zip_bytes([(entry("a.csv", external_attr=LINK), b"/etc/passwd")]), ArchiveError, "is a link"),
    "twice": ("a.zip", zip_bytes([("a.csv", CSV), ("a.csv", CSV)]), ArchiveError, "holds a.csv more than once"),
    "encrypted": ("a.zip", encrypted(), ArchiveError, "is encrypted"),
    "overlapping": ("a.zip", overlapping(), ArchiveError, "its entries overlap"),
    "nested gz": ("a.zip", zip_bytes({"a.csv.gz": gz_bytes(CSV)}), ArchiveError, "an archive in an archive"),
    "nested zip": ("a.zip.gz", gz_bytes(zip_bytes({"a.csv": CSV})), ArchiveError, "an archive in an archive"),
    "many": ("a.zip", zip_bytes({f"{n}.csv": b"" for n in range(1001)}), TooLargeError, "has 1,001 entries"),
    "mixed": ("a.zip", zip_bytes({"a.csv": CSV, "b.json": b"[]"}), FormError, "holds files of several forms"),
    "text in the zip": ("a.csv", zip_bytes({"a.csv": CSV}), FormError, "a zip archive or an Excel workbook"),
    "text packed": ("a.csv", gz_bytes(CSV), FormError, "packed with gzip"),
    "old Excel": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FormError, "save it as .xlsx or CSV"),
    "xz": ("a.csv.xz", b"\xfd7zXZ\0", FormError, "pack it as .gz or .zip"),
}  # fmt: skip

JSON: dict[str, tuple[str, bytes, type[DeliveryError], str]] = {
    "cut off": ("a.json", json_bytes(ROWS)[:-9], FormError, "is no JSON"),
    "empty": ("a.json", b"", RecordsError, "is empty"),
    "empty lines": ("a.jsonl", b"\n\n", RecordsError, "is empty"),
    "key twice": ("a.json", b'[{"opportunity_id": 1, "opportunity_id": 2}]', FormError, 'says "opportunity_id" twice'),
    "NaN": ("a.json", b'[{"opportunity_id": NaN}]', FormError, "holds NaN, which is no number"),
    "Infinity": ("a.jsonl", b'{"opportunity_id": -Infinity}', FormError, "line 1, holds -Infinity"),
    "deep": ("a.json", b"[" * 200_000, FormError, "nested deeper"),
    "deep record": ("a.jsonl", b'{"a":' * 900 + b"1" + b"}" * 900, FormError, "nested deeper"),
    "no list": ("a.json", json_bytes({"data": ROWS}), FormError, "for instance `records: data`"),
    "a scalar": ("a.json", b"7", FormError, "has a number at its top"),
    "no records": ("a.json", b"[[1, 2]]", FormError, "record 1, is a list and no object"),
    "lines as json": ("a.json", b'{"a": 1}\n{"a": 2}\n', FormError, "Extra data"),
    "json as lines": ("a.jsonl", b"[1]\n", FormError, "line 1, is a list and no object"),
    "two names": ("a.jsonl", b'{"a.b": 1, "a": {"b": 2}}', FormError, 'two fields that are called "a.b"'),
    "surrogate": ("a.json", b'[{"opportunity_id": "\\ud800"}]', FormError, "half of a surrogate pair"),
    "zero": ("a.json", b'[{"opportunity_id": "a\\u0000b"}]', FormError, "holds a zero character"),
    "latin": ("a.jsonl", b'{"opportunity_id": "\xe4"}\n', EncodingError, "0xe4 cannot be read"),
    "many fields": ("a.jsonl", b"".join(b'{"a%d": 1}\n' % n for n in range(2001)), TooLargeError, "2,000 different"),
}  # fmt: skip

PARQUET: dict[str, tuple[str, bytes, type[DeliveryError], str]] = {
    "brotli": ("a.parquet", parquet_bytes(ROWS, compression="brotli"), FormError, "is packed with Brotli"),
    "cut off": ("a.parquet", parquet_bytes(ROWS)[:-20], FormError, "it may be cut off"),
    "damaged": ("a.parquet", parquet_bytes(ROWS)[:40] + b"\xff" * 40 + parquet_bytes(ROWS)[80:], FormError, "Parquet"),
    "absurd rows": (
        "a.parquet",
        parquet_bytes(pa.table({"opportunity_id": pa.array(["1"] * 2_000_000).dictionary_encode()})),
        TooLargeError,
        "as no export has",
    ),
    "zero": ("a.parquet", parquet_bytes([{"opportunity_id": "a\0b", "stage": "x"}]), FormError, "zero character"),
    "text": ("a.parquet", CSV, FormError, "does not begin and end as a Parquet file"),
}  # fmt: skip

SHEETS: dict[str, tuple[str, bytes, type[DeliveryError], str]] = {
    "two sheets": ("a.xlsx", workbook_bytes(A=[["x"]], B=[["y"]]), FormError, r"2 sheets \(A, B\)"),
    "empty": ("a.xlsx", workbook_bytes(A=[]), RecordsError, "is empty"),
    "text": ("a.xlsx", CSV, FormError, "is no Excel workbook"),
    "encrypted": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FormError, "is encrypted"),
    "a zip": ("a.xlsx", zip_bytes({"a.csv": CSV}), FormError, "it is no Excel workbook"),
    "entities": ("a.xlsx", with_part(BOOK, SHEET, lambda x: DOCTYPE + x), FormError, "<!DOCTYPE"),
    "entities apart": ("a.xlsx", with_part(BOOK, "docProps/app.xml", lambda x: DOCTYPE + x), FormError, "<!DOCTYPE"),
    "entities in UTF-16": (
        "a.xlsx",
        with_part(BOOK, SHEET, lambda x: (DOCTYPE + x).decode().encode("utf-16")),
        FormError,
        "<!DOCTYPE",
    ),
    "no XML": ("a.xlsx", with_part(BOOK, SHEET, lambda x: x[:-40]), FormError, "is no XML"),
    "bomb": ("a.xlsx", with_part(BOOK, SHEET, lambda x: x + b" " * len(ZEROS)), TooLargeError, "as only a bomb does"),
    "far cell": (
        "a.xlsx",
        with_part(BOOK, SHEET, lambda x: x.replace(b'"B4"', b'"XFD1048576"')),
        TooLargeError,
        "reaches over",
    ),
    "cell twice": ("a.xlsx", with_part(BOOK, SHEET, lambda x: x.replace(b'"A4"', b'"A3"')), FormError, "in it twice"),
    "unseen cell": (
        "a.xlsx",
        with_part(BOOK, SHEET, lambda x: x.replace(b"</sheetData>", b'</sheetData><c r="A9" t="str"><v>lost</v></c>')),
        RecordsError,
        "holds 4 rows below the header and 9 cells, the reader sees 3 and 8",
    ),
    "formula": ("a.xlsx", workbook_bytes(A=[["opportunity_id"], ["=1+1"]]), FormError, "was never calculated"),
}  # fmt: skip

ALL = {f"{kind}: {name}": case for kind, cases in (
    ("archive", ARCHIVES), ("json", JSON), ("parquet", PARQUET), ("sheet", SHEETS)
) for name, case in cases.items()}  # fmt: skip


@pytest.mark.parametrize("case", ALL)
def test_a_file_that_must_not_be_read_is_refused_by_name(desk: Desk, case: str) -> None:
    """The message says what it is, and names the file."""
    name, data, error, said = ALL[case]
    with pytest.raises(error, match=said) as found:
        desk.parse(data, name=name)
    assert name in str(found.value)
    assert not (desk.folder / "out" / "plain.csv").exists()


def test_gzip_in_several_pieces_is_one_stream(desk: Desk) -> None:
    """Tools that pack in parallel write so."""
    parsed = desk.parse(gzip.compress(CSV[:30]) + gzip.compress(CSV[30:]), name="a.csv.gz")
    assert parsed.facts.rows_accepted == 3
