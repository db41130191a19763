"""Tables as text files in the dialects seen in the wild: what a sender may write, and where each record stands.

The writer is our own, so that it may quote more than it must and knows the bytes of every record.
"""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ingest_desk import Desk

from ingest.contracts import Contracts, load_contracts
from ingest.warehouse import Limits

EXPORT = "crm.opportunities"
HEADERS = ("Id", "Deal, name", "Stage", 'The "amount"', "Source")
NAMES = ("opportunity_id", "name", "stage", "amount", "lead_source")
Cells = tuple[str, ...]
_MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a table is written. Without a quote no cell may hold what only quotes can."""

    delimiter: str = ","
    quote: str = '"'
    newline: str = "\n"
    encoding: str = "utf-8"
    is_marked: bool = False
    quotes_all: bool = False
    ends_open: bool = False
    blank_lines: bool = False

    @property
    def mapping(self) -> dict[str, Any]:
        """What the mapping must say for it; a mark says the encoding by itself."""
        declared = {} if self.is_marked or self.encoding == "utf-8" else {"encoding": self.encoding}
        quote = {} if self.quote == '"' else {"quote": self.quote}
        columns: dict[str, Any] = dict(zip(NAMES, map(self.header, HEADERS), strict=True))
        columns["lead_source"] = {"from": "Source", "optional": True}
        final = {"final_newline": "optional"} if self.ends_open else {}
        return {"columns": columns, "delimiter": self.delimiter} | declared | quote | final

    def header(self, name: str) -> str:
        return name if self.quote else "".join(letter for letter in name if letter.isalnum())

    def records(self, rows: Sequence[Cells]) -> list[bytes]:
        """The bytes of every record with its line break, header first; a byte order mark belongs to the header."""
        table = [tuple(map(self.header, HEADERS)), *rows]
        lines = [self.delimiter.join(map(self._written, row)) + self.newline for row in table]
        if self.blank_lines:
            lines = [line + self.newline for line in lines]
        if self.ends_open:
            lines[-1] = lines[-1].rstrip("\r\n") if self._ends_plain(table[-1]) else lines[-1]
        written = [line.encode(self.encoding) for line in lines]
        return [self._mark + written[0], *written[1:]]

    @property
    def _mark(self) -> bytes:
        return _MARKS[self.encoding if self.encoding != "utf-8" else "utf-8-sig"] if self.is_marked else b""

    def _written(self, cell: str) -> str:
        if not self.quote:
            return cell
        needed = any(mark in cell for mark in (self.delimiter, self.quote, "\r", "\n"))
        doubled = cell.replace(self.quote, self.quote * 2)
        return f"{self.quote}{doubled}{self.quote}" if needed or self.quotes_all else cell

    def _ends_plain(self, row: Cells) -> bool:
        return row[-1].strip() != "" or self.quotes_all


def spans(records: Sequence[bytes], *, ends_open: bool = False) -> list[tuple[int, int]]:
    """From which to which byte each record goes; what would be added to an open end belongs to the last."""
    ends = list(accumulate(map(len, records), initial=0))
    ends[-1] += ends_open
    return list(pairwise(ends))


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16-le", "utf-16-be", "cp1252", "iso8859-15"]))
    quote = draw(st.sampled_from(['"', '"', '"', "'", ""]))
    return Dialect(
        delimiter=draw(st.sampled_from([",", ";", "\t", "|"])),
        quote=quote,
        newline=draw(st.sampled_from(["\n", "\r\n"])),
        encoding=encoding,
        is_marked=encoding.startswith("utf") and draw(st.booleans()),
        quotes_all=quote != "" and draw(st.booleans()),
        ends_open=draw(st.booleans()),
        blank_lines=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def tables(draw: st.DrawFn, dialect: Dialect, *, max_size: int = 5) -> list[Cells]:
    """Rows with an id each, an amount, and texts of whatever the encoding can write."""
    texts = _texts(dialect)
    amounts = st.just("") | st.integers(-999, 99999).map(lambda cents: f"{cents / 100:.2f}")
    row = st.tuples(texts, texts.filter(str.strip), amounts, texts)
    rows = draw(st.lists(row, max_size=max_size))
    return [(f"id-{number}", *cells) for number, cells in enumerate(rows)]


def _texts(dialect: Dialect) -> st.SearchStrategy[str]:
    forbidden = "\0" if dialect.quote else "\0\r\n" + dialect.delimiter
    codec = dialect.encoding if not dialect.encoding.startswith("utf") else "utf-8"
    letters = st.characters(codec=codec, exclude_characters=forbidden)
    odd = [mark for mark in ",;|\t\"' \n\r=" if mark not in forbidden] + ["ab", "NULL", "0", "é"]
    return st.text(letters, max_size=6) | st.lists(st.sampled_from(odd), max_size=5).map("".join)


def cells_of(row: Mapping[str, Any]) -> Cells:
    """A row that was read, as texts."""
    return tuple("" if row[name] is None else str(row[name]) for name in NAMES)


def told(row: Cells) -> Cells:
    """What a reader makes of the cells: white space around a text is none of it."""
    return tuple(cell.strip(" \t\r\n") for cell in row)


@contextmanager
def narrow_desk() -> Iterator[Desk]:
    """A desk in a folder of its own that knows the one export with the columns used here: cheap."""
    export = load_contracts().exports[EXPORT]
    contracts = Contracts(exports={EXPORT: replace(export, columns=tuple(map(export.column, NAMES)))})
    with tempfile.TemporaryDirectory() as folder:
        yield Desk(folder=Path(folder), contracts=contracts, limits=Limits(threads=1))
