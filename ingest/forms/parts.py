"""Several plain texts of one export laid end to end: each has its own header, of the same names in whatever order."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ingest.errors import HeaderError, RecordsError
from ingest.forms.places import Places
from ingest.forms.table import line_of
from ingest.parse_record import dialect, first_record, split_record
from ingest.parse_text import DELIMITERS, TextFile


@dataclass(frozen=True, kw_only=True)
class PlainText:
    """What the parse reads: a text, its dialect, and where its records stand in what was delivered.

    `delimiter` is None where the header decides. `part` is the file's own name.
    """

    text: TextFile
    delimiter: str | None
    quote: str
    places: Places
    part: str
    shown: str


def join_parts(parts: Sequence[PlainText], target: Path, *, may_differ: bool) -> PlainText:
    """One text of them all. `may_differ`: a part may lack names that others have, as records of JSON may.

    Raises HeaderError, RecordsError.
    """
    first = parts[0]
    headers = [first_record(part.text, part.quote) for part in parts]
    counted: dict[str, int] = {}
    if all(header == headers[0] for header in headers):
        counted = {mark: _counted(parts, headers[0], mark) for mark in first.text.delimiters}
        spans = _lay_end_to_end(parts, headers[0], target)
        delimiter, quote = first.delimiter, first.quote
    else:
        spans = _rewrite(parts, headers, target, may_differ=may_differ)
        delimiter, quote = ",", '"'
    text = TextFile(
        path=target,
        encoding=first.text.encoding,
        records=1 + sum(part.text.records - 1 for part in parts),
        blank_lines=sum(part.text.blank_lines for part in parts),
        ends_in_quote=False,
        ends_with_newline=True,
        delimiters=counted,
    )
    places = _joined_places(parts, headers, spans)
    return PlainText(text=text, delimiter=delimiter, quote=quote, places=places, part=first.part, shown=first.shown)


def _counted(parts: Sequence[PlainText], header: str, mark: str) -> int:
    """Delimiters of the joined text, which has the header once."""
    in_header = len(split_record(header, mark, parts[0].quote)) - 1
    return sum(part.text.delimiters[mark] for part in parts) - (len(parts) - 1) * in_header


def _lay_end_to_end(parts: Sequence[PlainText], header: str, target: Path) -> list[int]:
    """The first part, then the others without their header; returns the lines of each part."""
    lines = []
    with target.open("wb") as out:
        for number, part in enumerate(parts):
            with part.text.path.open("rb") as file:
                lines.append(sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")))
                file.seek(len(header.encode()) + 1 if number else 0)
                shutil.copyfileobj(file, out, 1 << 20)
            if not part.text.ends_with_newline:
                lines[-1] += 1
                out.write(b"\n")
    return lines


def _rewrite(parts: Sequence[PlainText], headers: Sequence[str], target: Path, *, may_differ: bool) -> list[int]:
    """All parts in the order of columns that the first one has, line for line."""
    delimiters = [part.delimiter or _likely(header, part.quote) for part, header in zip(parts, headers, strict=True)]
    names = [
        split_record(header, delimiter, part.quote)
        for part, header, delimiter in zip(parts, headers, delimiters, strict=True)
    ]
    wanted = tuple(dict.fromkeys(name for each in names for name in each)) if may_differ else names[0]
    lines = []
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(line_of(wanted))
        for part, own, delimiter in zip(parts, names, delimiters, strict=True):
            if not may_differ:
                _refuse_other(part, own, parts[0], wanted)
            places = [own.index(name) if name in own else None for name in wanted]
            lines.append(_copy(part, places, len(own), delimiter, out))
    return lines


def _copy(part: PlainText, places: Sequence[int | None], width: int, delimiter: str, out: TextIO) -> int:
    records = 0
    with part.text.path.open(encoding="utf-8", newline="\n") as file:
        reader = csv.reader(file, dialect(delimiter, part.quote))
        try:
            for number, cells in enumerate(reader):
                if number and not cells:
                    out.write("\n")
                elif number:
                    records += 1
                    if len(cells) != width:
                        raise RecordsError(
                            f"{part.shown}, line {reader.line_num}: the record has {len(cells)} field(s), the header "
                            f"{width}. The file is cut off or that line is broken; deliver it again whole."
                        )
                    out.write(line_of(cells[place] if place is not None else "" for place in places))
        except csv.Error as error:
            raise RecordsError(
                f"{part.shown}, line {reader.line_num}: {error}. That line is broken; deliver the file again."
            ) from None
    if records != part.text.records - 1:
        raise RecordsError(
            f"{part.shown}: the bytes hold {part.text.records - 1} records and the reader sees {records}, so something "
            "would be lost. Look for stray quotes or blank lines, and deliver the file again."
        )
    return reader.line_num


def _refuse_other(part: PlainText, own: Sequence[str], first: PlainText, wanted: Sequence[str]) -> None:
    if sorted(own) == sorted(wanted) and len(set(own)) == len(own):
        return
    lacks = [name for name in wanted if name not in own]
    more = [name for name in own if name not in wanted]
    said = [f"lacks {', '.join(lacks)}"] if lacks else []
    said += [f"has {', '.join(more)} besides"] if more else []
    raise HeaderError(
        f"{part.shown} has another header than {first.shown}: it {' and '.join(said) or 'repeats a name'}. The parts "
        "of one export have the same columns; have it exported again."
    )


def _likely(header: str, quote: str) -> str:
    return max(DELIMITERS, key=lambda mark: len(split_record(header, mark, quote)))


def _joined_places(parts: Sequence[PlainText], headers: Sequence[str], lines: Sequence[int]) -> Places:
    """Where a record stands in its own part, from its number in the whole."""
    starts: list[int] = []
    shifts: list[int] = []
    named: list[str] = []
    numbers = 0
    for index, part in enumerate(parts):
        by_line = part.places.by_line
        head = headers[index].count("\n") + 1 if by_line else 0
        # The number of a record in the whole, less its number in its own part.
        delta = numbers - head if index and by_line else numbers
        for start, shift in zip(part.places.starts, part.places.shifts, strict=True):
            starts.append((start + head if index and by_line else start) + delta)
            shifts.append(shift - delta)
            named.append(part.part)
        numbers += lines[index] - (head if index and by_line else 0) if by_line else part.text.records - 1
    return Places(by_line=parts[0].places.by_line, starts=tuple(starts), shifts=tuple(shifts), parts=tuple(named))
