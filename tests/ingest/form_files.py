"""Deliveries of every form made from the same rows: texts by header. The same rows give the same bytes at any time."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Rows = Sequence[Mapping[str, Any]]
_WRITTEN_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def csv_bytes(rows: Rows) -> bytes:
    names = list(rows[0])
    lines = [names, *([str(row[name]) for name in names] for row in rows)]
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) + "\n" for line in lines).encode()


def json_bytes(rows: Any) -> bytes:
    return json.dumps(rows).encode()


def jsonl_bytes(rows: Rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def parquet_bytes(table: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.Table.from_pylist(list(table)), out, **options)
    return out.getvalue()


def workbook_bytes(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """Sheets by name, each as rows of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zip_bytes({name: _WRITTEN_AT.sub(rb"\g<1>2026-01-01T00:00:00Z", data) for name, data in members.items()})


def sheet_rows(rows: Rows) -> list[list[Any]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def gz_bytes(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def zip_bytes(members: Mapping[str, bytes] | Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items() if isinstance(members, Mapping) else members:
            archive.writestr(zipfile.ZipInfo(name) if isinstance(name, str) else name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
