"""The plain form that every record is brought into: CSV of UTF-8 texts, all of them quoted, one header line.

Here a table is written and its records counted; which records there are is the readers'.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ingest.errors import FormError, TooLargeError
from ingest.forms.limits import FormLimits
from ingest.forms.places import Places


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table on disk. `records` is counted in the source, not in what was written."""

    path: Path
    names: tuple[str, ...]
    records: int
    places: Places


def line_of(cells: Iterable[str]) -> str:
    """The cells as one record of the plain form."""
    return '"' + '","'.join(cell.replace('"', '""') for cell in cells) + '"\n'


@dataclass(kw_only=True)
class TableWriter:
    """Writes records whose fields are known only as they come: the header is their union, in order of first sight."""

    path: Path
    name: str
    limits: FormLimits
    names: dict[str, int] = field(default_factory=dict)
    written: int = 0
    bytes: int = 0
    _filled: set[str] = field(default_factory=set)
    _uneven: bool = False
    _body: BinaryIO = field(init=False)

    def __enter__(self) -> TableWriter:
        self._body = self._body_path.open("wb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._body.close()

    @property
    def _body_path(self) -> Path:
        return self.path.with_suffix(".body")

    def write(self, record: Mapping[str, str | None]) -> None:
        """One record: text by header, None where there is nothing."""
        cells = [""] * len(self.names)
        for name, text in record.items():
            place = self.names.get(name)
            if place is None:
                place = self._new(name)
                cells.append("")
            if text is not None:
                cells[place] = text
                self._filled.add(name)
        self.written += 1
        self._put(line_of(cells))

    def finish(self, expected: Sequence[str] = ()) -> tuple[str, ...]:
        """Header and records as one file; returns the header, `expected` where no record was there to show one.

        A name that was only ever empty and elsewhere held fields of its own (`owner` beside `owner.id`) is left out.
        """
        self._body.close()
        names = tuple(self.names) or tuple(dict.fromkeys(expected))
        parents = {name.rpartition(".")[0] for name in names}
        while deeper := {parent.rpartition(".")[0] for parent in parents} - parents:
            parents |= deeper
        kept = tuple(name for name in names if name in self._filled or name not in parents)
        with self.path.open("wb") as out:
            out.write(line_of(kept).encode())
            with self._body_path.open("rb") as body:
                if not self._uneven and kept == names:
                    while block := body.read(1 << 20):
                        out.write(block)
                else:
                    places = [self.names[name] for name in kept] if self.names else []
                    self._pad(body, places, out)
        self._body_path.unlink()
        return kept

    def _new(self, name: str) -> int:
        if len(self.names) >= self.limits.columns:
            raise TooLargeError(
                f"{self.name} has more than {self.limits.columns:,} different fields. Deliver only those that are "
                "needed, or `records` of the mapping points to the wrong place."
            )
        self._uneven = self._uneven or self.written > 0
        self.names[name] = len(self.names)
        return self.names[name]

    def _put(self, line: str) -> None:
        try:
            data = line.encode()
        except UnicodeEncodeError:
            raise FormError(
                f"{self.name}, record {self.written}, holds half of a surrogate pair, which is no letter. Ask the "
                "sender to export it as UTF-8."
            ) from None
        refuse_zero(data, f"{self.name}, record {self.written},")
        self.bytes += len(data)
        if self.bytes > self.limits.unpacked:
            raise TooLargeError(
                f"{self.name} becomes more than {self.limits.unpacked:,} bytes of text. Deliver it in parts."
            )
        self._body.write(data)

    def _pad(self, body: BinaryIO, places: Sequence[int], out: BinaryIO) -> None:
        """Records that came before a field was first seen are filled up."""
        width = len(self.names)
        for record in csv.reader(io.TextIOWrapper(body, encoding="utf-8", newline="\n"), strict=True):
            cells = record + [""] * (width - len(record))
            out.write(line_of(cells[place] for place in places).encode())


def refuse_zero(data: bytes, where: str) -> None:
    """Raises FormError where a text holds a zero character, which the database would take for its end."""
    if b"\0" in data:
        raise FormError(f"{where} holds a zero character (U+0000). Ask the sender to export it without.")
