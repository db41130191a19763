"""Other forms than text: JSON, Parquet and workbooks; packed; in parts. Bombs among them are small in bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import xlsxwriter
from corpus_case import FIRST, GOOD, HEAD, SECOND, Case

BOTH = (2, 2, 0, 0)
READ = {"history_id": ["H1", "H2"], "stage": ["Alpha", "Beta"]}
ROWS = list(csv.DictReader(io.StringIO(GOOD.decode())))
CSV_GZ: dict[str, Any] = {"file": "saves_2026-02-28.csv.gz"}
CSV_ZIP: dict[str, Any] = {"file": "saves_2026-02-28.csv.zip"}
JSON: dict[str, Any] = {"file": "saves_2026-02-28.json", "pattern": "saves_{as_of}.json"}
LINES: dict[str, Any] = {"file": "saves_2026-02-28.jsonl", "pattern": "saves_{as_of}.jsonl"}
PARQUET: dict[str, Any] = {"file": "saves_2026-02-28.parquet", "pattern": "saves_{as_of}.parquet"}
XLSX: dict[str, Any] = {"file": "saves_2026-02-28.xlsx", "pattern": "saves_{as_of}.xlsx"}
PARTS: dict[str, Any] = {"pattern": "saves_{as_of}_{part}of{parts}.csv", "file": "saves_2026-02-28_1of2.csv"}


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def as_link(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("saves.csv")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, data)
    return out.getvalue()


def encrypted(data: bytes) -> bytes:
    """An archive whose entries say that they are encrypted, in both of their headers."""
    changed = bytearray(data)
    changed[6] |= 1
    changed[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def twice(name: str) -> bytes:
    """An archive with two entries of one name, made by renaming one of two."""
    return zipped((name, GOOD), ("x" * len(name), BAD)).replace(b"x" * len(name), name.encode())


BAD = HEAD + FIRST.replace(b"Alpha", b"Omega")


def as_parquet(rows: list[dict[str, Any]], compression: str = "snappy") -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out, compression=compression)
    return out.getvalue()


def as_workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def with_entity(workbook: bytes) -> bytes:
    """The workbook with an entity declared in its sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        members = [(name, book.read(name)) for name in book.namelist()]
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    return zipped(*((name, data.replace(b"<worksheet", evil, 1)) for name, data in members))


TABLE = [list(ROWS[0]), *(list(row.values()) for row in ROWS)]


def parts(*others: tuple[str, bytes]) -> Callable[[Path], None]:
    """The file itself, with GOOD's first row, and what lies beside it."""

    def lay(path: Path) -> None:
        path.write_bytes(HEAD + FIRST)
        for name, data in others:
            path.with_name(name).write_bytes(data)

    return lay


def stated(number: int) -> Callable[[Path, Mapping[str, Any]], int]:
    """A count by whoever made the file."""
    return lambda path, reads: number


SECOND_PART = "saves_2026-02-28_2of2.csv"

CASES = (
    Case(name="gzip", odd="A packed file.", data=gzip.compress(GOOD, mtime=0), **CSV_GZ, outcome="accepted", rows=BOTH,
         holds=READ, count=stated(2)),
    Case(name="gzip_cut_off", odd="A packed file, cut off.", data=gzip.compress(GOOD, mtime=0)[:-20], **CSV_GZ,
         outcome="quarantined", rule="parse.archive", says=("is cut off", "Deliver it again whole")),
    Case(name="gzip_damaged", odd="A packed file with a byte changed, which its checksum tells.",
         data=gzip.compress(GOOD, mtime=0)[:-8] + b"\0" * 4 + gzip.compress(GOOD, mtime=0)[-4:], **CSV_GZ,
         outcome="quarantined", rule="parse.archive", says=("cannot be unpacked", "it is damaged")),
    Case(name="gzip_bomb", odd="20 kB that unpack to 20 MB.", data=gzip.compress(b"0" * 20_000_000, mtime=0), **CSV_GZ,
         outcome="quarantined", rule="parse.too_large", says=("times its", "as only a")),
    Case(name="csv_called_gzip", odd="A plain file under the name of a packed one.", data=GOOD, **CSV_GZ,
         outcome="quarantined", rule="parse.archive", says=("ends in .gz and is not packed with gzip", "Rename it")),
    Case(name="zip", odd="A file in an archive.", data=zipped(("saves.csv", GOOD)), **CSV_ZIP, outcome="accepted",
         rows=BOTH, holds=READ, count=stated(2)),
    Case(name="zip_with_a_way_out", odd="An entry that would be written above its folder.",
         data=zipped(("../../saves.csv", GOOD)), **CSV_ZIP, outcome="quarantined", rule="parse.archive",
         says=("'../../saves.csv'", "Deliver a plain zip of plain files")),
    Case(name="zip_with_an_absolute_name", odd="An entry with an absolute name.", data=zipped(("/etc/passwd", GOOD)),
         **CSV_ZIP, outcome="quarantined", rule="parse.archive", says=("'/etc/passwd'", "plain zip")),
    Case(name="zip_with_a_link", odd="An entry that is a symbolic link.", data=as_link(b"/etc/passwd"), **CSV_ZIP,
         outcome="quarantined", rule="parse.archive", says=("link", "plain zip")),
    Case(name="zip_with_an_entry_twice", odd="Two entries of one name.", data=twice("saves.csv"), **CSV_ZIP,
         outcome="quarantined", rule="parse.archive", says=("holds saves.csv more than once",
         "Deliver each file once")),
    Case(name="zip_encrypted", odd="An archive with a password.", data=encrypted(zipped(("saves.csv", GOOD))),
         **CSV_ZIP, outcome="quarantined", rule="parse.archive", says=("encrypted",)),
    Case(name="zip_in_a_zip", odd="An archive in an archive.", data=zipped(("a.zip", zipped(("saves.csv", GOOD)))),
         **CSV_ZIP, outcome="quarantined", rule="parse.archive", says=("an archive in an archive", "packed once")),
    Case(name="zip_bomb", odd="20 kB that unpack to 20 MB.", data=zipped(("saves.csv", b"0" * 20_000_000)), **CSV_ZIP,
         outcome="quarantined", rule="parse.too_large", says=("as only a",)),
    Case(name="zip_cut_off", odd="An archive, cut off.", data=zipped(("saves.csv", GOOD))[:-30], **CSV_ZIP,
         outcome="quarantined", rule="parse.archive", says=("Deliver it again",)),
    Case(name="zip_of_nothing", odd="An archive without an entry.", data=zipped(), **CSV_ZIP, outcome="quarantined",
         rule="parse.archive", says=("Deliver",)),
    Case(name="json_list", odd="A list of objects.", data=json.dumps(ROWS).encode(), **JSON, outcome="accepted",
         rows=BOTH, holds=READ, count=lambda path, reads: len(json.loads(path.read_bytes()))),
    Case(name="json_nested", odd="Records under a path, with nested fields.",
         data=json.dumps({"data": {"items": [{"id": "H1", "deal": {"id": "D1"}}]}}).encode(), **JSON,
         maps={"records": "data.items", "columns": {"history_id": "id", "opportunity_id": "deal.id"}},
         outcome="accepted", rows=(1, 1, 0, 0), holds={"opportunity_id": ["D1"]}, count=stated(1)),
    Case(name="json_nested_where_flat_is_mapped", odd="An object where the mapping reads a text.",
         data=json.dumps([{**ROWS[0], "opportunity_id": {"id": "D1"}}]).encode(), **JSON, outcome="quarantined",
         rule="parse.header", says=('misses "opportunity_id"', "opportunity_id.id")),
    Case(name="json_key_twice", odd="An object says one thing twice.",
         data=b'[{"history_id": "H1", "opportunity_id": "D1", "history_id": "H2"}]', **JSON, outcome="quarantined",
         rule="parse.form", says=("history_id", "JSON that says each thing once")),
    Case(name="json_nan", odd="NaN, which is no JSON.",
         data=b'[{"history_id": "H1", "opportunity_id": "D1", "amount": NaN}]', **JSON, outcome="quarantined",
         rule="parse.form", says=("NaN, which is no number in JSON",)),
    Case(name="json_cut_off", odd="A document, cut off.", data=json.dumps(ROWS).encode()[:-40], **JSON,
         outcome="quarantined", rule="parse.form", says=("is no JSON", "cut off")),
    Case(name="json_deep", odd="Ten thousand brackets.", data=b"[" * 10_000 + b"]" * 10_000, **JSON,
         outcome="quarantined", rule="parse.form", says=("nested deeper than any export",)),
    Case(name="json_list_elsewhere", odd="The records stand under a name that the mapping does not say.",
         data=json.dumps({"saves": ROWS}).encode(), **JSON, outcome="quarantined", rule="parse.form",
         says=("no list of records", "`records: saves`")),
    Case(name="json_lines", odd="An object per line, fields in any order.",
         data=b"".join(json.dumps(dict(reversed(row.items()))).encode() + b"\n" for row in ROWS), **LINES,
         outcome="accepted", rows=BOTH, holds=READ, count=lambda path, reads: len(path.read_bytes().splitlines())),
    Case(name="json_lines_broken", odd="The second line is no JSON.",
         data=json.dumps(ROWS[0]).encode() + b'\n{"history_id": \n', **LINES, outcome="quarantined",
         rule="parse.form", says=("line 2", "is no JSON")),
    Case(name="parquet", odd="Parquet with texts as texts.", data=as_parquet(ROWS), **PARQUET, outcome="accepted",
         rows=BOTH, holds=READ, count=lambda path, reads: pyarrow.parquet.read_metadata(path).num_rows),
    Case(name="parquet_brotli", odd="Parquet packed with Brotli, whose reader writes where it must not.",
         data=as_parquet(ROWS, "brotli"), **PARQUET, outcome="quarantined", rule="parse.form",
         says=("is packed with Brotli",)),
    Case(name="parquet_cut_off", odd="Parquet without its footer.", data=as_parquet(ROWS)[:-50], **PARQUET,
         outcome="quarantined", rule="parse.form", says=("Deliver it again",)),
    Case(name="parquet_called_csv", odd="Parquet under the name of CSV.", data=as_parquet(ROWS), outcome="quarantined",
         rule="parse.form", says=("is read as text, and it is a Parquet file", "Rename the file")),
    Case(name="csv_called_parquet", odd="Text under the name of Parquet.", data=GOOD, **PARQUET, outcome="quarantined",
         rule="parse.form", says=("Deliver it again",)),
    Case(name="workbook", odd="A workbook of one sheet.", data=as_workbook(("Saves", TABLE)), **XLSX,
         outcome="accepted",
         rows=BOTH, holds=READ, count=stated(2)),
    Case(name="workbook_of_two_sheets", odd="Two sheets, and the mapping does not say which counts.",
         data=as_workbook(("Saves", TABLE), ("Notes", [["x"]])), **XLSX, outcome="quarantined", rule="parse.form",
         says=("has 2 sheets", "`sheet: Saves`")),
    Case(name="workbook_without_the_sheet", odd="The sheet of the mapping has another name.",
         data=as_workbook(("Save", TABLE)), **XLSX, maps={"sheet": "Saves"}, outcome="quarantined", rule="parse.form",
         says=("Saves", 'did you mean "Save"')),
    Case(name="workbook_with_an_entity", odd="A workbook whose XML declares an entity.",
         data=with_entity(as_workbook(("Saves", TABLE))), **XLSX, outcome="quarantined", rule="parse.form",
         says=("declares a document type (<!DOCTYPE)", "entities")),
    Case(name="csv_called_workbook", odd="Text under the name of a workbook.", data=GOOD, **XLSX, outcome="quarantined",
         rule="parse.form", says=("is no Excel workbook, whatever its name says",)),
    Case(name="parts_together", odd="An export in two parts, each with its header.",
         data=parts((SECOND_PART, HEAD + SECOND)), **PARTS, outcome="accepted", rows=BOTH, holds=READ,
         count=stated(2)),
    Case(name="part_missing", odd="The second of two parts has not come.", data=parts(), **PARTS,
         outcome="not taken in", says=("is one of 2 parts, and part 2 is not there", "deliver what is missing")),
    Case(name="part_twice", odd="A part has come twice.",
         data=parts((SECOND_PART, HEAD + SECOND), ("saves_2026-02-28_01of2.csv", HEAD + FIRST)), **PARTS,
         outcome="not taken in", says=("are both part 1 of one export", "take one away")),
    Case(name="parts_of_different_headers", odd="The second part lacks a column.",
         data=parts((SECOND_PART, b"history_id,opportunity_id\nH2,D2\n")), **PARTS, outcome="quarantined",
         rule="parse.header", says=("has another header than",)),
    Case(name="parts_that_do_not_agree", odd="Two parts say of how many they are, and differ.",
         data=parts(("saves_2026-02-28_2of3.csv", HEAD + SECOND)), **PARTS, outcome="not taken in",
         says=("do not agree how many they are",)),
)  # fmt: skip
