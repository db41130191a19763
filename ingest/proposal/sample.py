"""A file nobody has mapped yet, as far as a proposal must see it: its encoding, marks, headers and values.

Read by the parser's own reading of bytes and headers; what the values mean is not looked at here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ingest.errors import EncodingError, RecordsError
from ingest.parse_record import dialect
from ingest.parse_text import DELIMITERS, TextFile, write_plain
from ingest.proposal.sample_form import open_sample

ROWS = 20_000
_RARE_DELIMITERS = ("^", "~")
_ENCODINGS = (None, "cp1252", "iso8859-15")
_WIDE_ENCODINGS = ("utf-16-le", "utf-16-be")


@dataclass(frozen=True, kw_only=True)
class SourceColumn:
    """One column of the sample. `values` are its distinct non-empty texts in the order in which they first stand."""

    header: str
    rows: int
    filled: int
    values: tuple[str, ...]

    @property
    def is_unique(self) -> bool:
        """Every row has a value of its own."""
        return self.rows > 0 and self.filled == self.rows == len(self.values)

    @property
    def example(self) -> str:
        """The first value; empty where there is none."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first rows of a file and how it is written; what differs from a plain file is what a mapping must say."""

    path: Path
    columns: tuple[SourceColumn, ...]
    rows: int
    records: int
    encoding: str | None
    delimiter: str
    quote: str
    final_newline: bool
    doubts: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    """What a mapping must say of where the records stand in the file: key and value (`sheet`, `records`)."""


@dataclass(kw_only=True)
class _Seen:
    """A column while it is read."""

    filled: int = 0
    values: dict[str, None] = field(default_factory=dict)


def read_sample(path: Path, bench: Path, *, rows: int = ROWS) -> Sample:
    """Look at a file; `bench` is a folder for a passing copy.

    Raises EncodingError or RecordsError where it is no text, FormError or ArchiveError where it is no other form.
    """
    opened = open_sample(path, bench)
    text, encoding = _plain_text(opened.path, bench, '"', name=path.name)
    quote, doubts = '"', list(opened.doubts)
    if text.ends_in_quote:
        text, encoding = _plain_text(opened.path, bench, "", name=path.name)
        quote = ""
        doubts.append("a quote has no partner: quotes are taken for letters here; if the file is cut off, get it whole")
    if encoding is not None:
        doubts.append(f"not UTF-8; read as {encoding}: look at names with accents")
    delimiter = max(DELIMITERS + _RARE_DELIMITERS, key=lambda mark: _regularity(text.path, mark, quote))
    records = _records(text.path, delimiter, quote)
    header = next(records, [])
    seen, count, uneven = [_Seen() for _ in header], 0, 0
    for record in islice(records, rows):
        uneven += len(record) != len(header)
        count += 1
        for column, cell in zip(seen, record, strict=False):
            if value := cell.strip():
                column.filled += 1
                column.values.setdefault(value)
    if uneven:
        doubts.append(f"{uneven} of {count} records have more or fewer fields than the header: such a file is refused")
    if count < min(rows, text.records - 1):
        doubts.append(f"only {count} of {text.records - 1} records can be read: a quote stands where none may")
    text.path.unlink()
    if opened.path != path:
        opened.path.unlink()
    return Sample(
        path=path,
        columns=tuple(
            SourceColumn(header=name, rows=count, filled=one.filled, values=tuple(one.values))
            for name, one in zip(header, seen, strict=True)
        ),
        rows=count,
        records=text.records - 1,
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        final_newline=text.ends_with_newline,
        doubts=tuple(doubts),
        where=opened.where,
    )


def _plain_text(path: Path, bench: Path, quote: str, *, name: str) -> tuple[TextFile, str | None]:
    """The file as plain text under the first encoding that reads it; None where it needs no mention."""
    with path.open("rb") as file:
        zeros = b"\0" in file.read(4096)
    first: Exception | None = None
    for encoding in (None, *_WIDE_ENCODINGS) if zeros else _ENCODINGS:
        try:
            text = write_plain(path, bench / "sample.csv", encoding=encoding, quote=quote, name=name)
        except EncodingError as error:
            first = first or error
            continue
        return text, encoding
    raise first or RecordsError(f"{name} cannot be read as text.")


def _regularity(path: Path, delimiter: str, quote: str) -> tuple[float, int]:
    """Which mark splits the first records into equally many fields, and most of them."""
    records = list(islice(_records(path, delimiter, quote), 50))
    width = len(records[0]) if records else 0
    if width < 2:
        return 0.0, 0
    return round(sum(len(record) == width for record in records) / len(records), 1), width


def _records(path: Path, delimiter: str, quote: str) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        try:
            yield from (record for record in csv.reader(file, dialect(delimiter, quote)) if record)
        except csv.Error:
            return
