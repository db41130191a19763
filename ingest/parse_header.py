"""The header of a file against what its mapping reads: which column stands where.

Exact names only. A header that is missing, repeated or renamed refuses the file; one that nobody reads is
kept as extra. Values are not looked at here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ingest.contracts import ExportContract
from ingest.errors import HeaderError, likely_twin
from ingest.mapping import ExportMapping
from ingest.mapping_column import ColumnMapping
from ingest.parse_text import DELIMITERS, TextFile

_LONGEST = 1024 * 1024
_RENAMED = 0.85
_LONGEST_SHOWN = 500
_TITLE_LINES = 30
_OTHER_KINDS = (
    (r"\s*<(!doctype|html|head|body)", "a web page, as a log-in or an error is shown"),
    (r"\s*<", "XML"),
    (r"\s*[\[{]", "JSON"),
    (r"%PDF-", "a PDF"),
)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What stands where. `positions` holds every header that is read, `extra` those that nobody knows.

    `ignored` are those that the mapping drops.
    """

    names: tuple[str, ...]
    delimiter: str
    positions: Mapping[str, int]
    extra: tuple[str, ...]
    ignored: tuple[str, ...]
    wide: Mapping[str, str]
    """Wide columns to unpivot: header -> name that the row gets."""


def dialect(delimiter_: str, quote: str) -> type[csv.Dialect]:
    """The strict dialect for Python's reader, the same as the database gets."""

    class Strict(csv.Dialect):
        delimiter = delimiter_
        quotechar = quote or None
        quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
        doublequote = True
        lineterminator = "\n"
        strict = True

    return Strict


def canonical_columns(contract: ExportContract) -> dict[str, ColumnMapping]:
    """The generic shape: every column under its canonical name, times in UTC where they carry no zone."""
    return {
        column.name: ColumnMapping(
            from_=column.name,
            optional=not column.required and column.name not in contract.key,
            zone="UTC" if column.logical_type == "timestamp" else None,
        )
        for column in contract.columns
    }


def read_header(
    text: TextFile,
    file_name: str,
    mapping: ExportMapping,
    columns: Mapping[str, ColumnMapping],
    *,
    delimiter: str | None,
    quote: str,
) -> Header:
    """Match the first record with the mapping. Raises HeaderError."""
    record = first_record(text, quote)
    if not record.strip():
        raise HeaderError(f"{file_name}: the first line is empty; the header must stand there.")
    wanted = set(wanted_headers(mapping, columns))
    _refuse_separator_line(file_name, record)
    tried = {mark: split_record(record, mark, quote) for mark in ((delimiter,) if delimiter else DELIMITERS)}
    chosen = max(tried, key=lambda mark: (len(wanted & set(tried[mark])), len(tried[mark])))
    names = tried[chosen]
    _refuse_stray_quote(file_name, names)
    wide = _wide(mapping, names)
    ignored = {name for name in names if any(re.fullmatch(p, name) for p in mapping.ignore_columns)}
    known = wanted | set(wide)
    extra = tuple(name for name in names if name not in known and name not in ignored)
    _refuse_repeated(file_name, names, ignored - known)
    _refuse_missing(file_name, mapping, columns, names, extra, text=text, quote=quote)
    positions = {name: place for place, name in enumerate(names) if name in known or name in extra}
    dropped = tuple(dict.fromkeys(name for name in names if name in ignored - known))
    return Header(names=names, delimiter=chosen, positions=positions, extra=extra, ignored=dropped, wide=wide)


def first_record(text: TextFile, quote: str) -> str:
    """The first record as it is written, without its line break."""
    with text.path.open(encoding="utf-8", newline="") as file:
        start = file.read(_LONGEST)
    inside = False
    for place, letter in enumerate(start):
        if letter == quote:
            inside = not inside
        elif letter == "\n" and not inside:
            return start[:place]
    return start


def split_record(record: str, delimiter: str, quote: str) -> tuple[str, ...]:
    """The fields of one record; none where the dialect does not read it."""
    try:
        return tuple(next(csv.reader([record], dialect(delimiter, quote)), ()))
    except csv.Error:
        return ()


def wanted_headers(mapping: ExportMapping, columns: Mapping[str, ColumnMapping]) -> Iterator[str]:
    """Every header that the mapping would read, wide ones apart."""
    made = {mapping.unpivot.name, mapping.unpivot.value} if mapping.unpivot else set()
    for column in columns.values():
        yield from (header for header in column.headers if header not in made)
    yield from (test.column for test in mapping.rows)
    if mapping.on_duplicate.keep_last_by:
        yield from mapping.on_duplicate.keep_last_by.headers


def _wide(mapping: ExportMapping, names: tuple[str, ...]) -> dict[str, str]:
    if mapping.unpivot is None:
        return {}
    matches = ((name, re.fullmatch(mapping.unpivot.pattern, name)) for name in names)
    return {name: found.group(1) if found.re.groups else name for name, found in matches if found}


def _refuse_repeated(file_name: str, names: tuple[str, ...], ignored: set[str]) -> None:
    for name in names:
        if name not in ignored and names.count(name) > 1:
            places = ", ".join(str(at + 1) for at, other in enumerate(names) if other == name)
            shown = f'"{name}"' if name else "an empty name"
            raise HeaderError(
                f"{file_name}, line 1: {shown} heads the columns {places}; which one counts cannot be "
                "told. Deliver "
                "each column once, or name it under ignore_columns of the mapping."
            )
        if not name and name not in ignored:
            raise HeaderError(
                f"{file_name}, line 1: column {names.index(name) + 1} has no name. Deliver it with one, "
                "or put '' "
                "under ignore_columns of the mapping."
            )


def _refuse_missing(
    file_name: str,
    mapping: ExportMapping,
    columns: Mapping[str, ColumnMapping],
    names: tuple[str, ...],
    extra: tuple[str, ...],
    *,
    text: TextFile,
    quote: str,
) -> None:
    optional = {h for column in columns.values() if column.optional or len(column.first_of) > 1 for h in column.headers}
    optional |= {test.column for test in mapping.rows if test.optional}
    needed = [header for header in dict.fromkeys(wanted_headers(mapping, columns)) if header not in names]
    renamed = {header: likely_twin(header, extra, cutoff=_RENAMED) for header in needed}
    missing = [header for header in needed if header not in optional or renamed[header]]
    if mapping.unpivot and not _wide(mapping, names):
        missing.append(f"a column like {mapping.unpivot.pattern}")
    none_of = [
        " or ".join(f'"{header}"' for header in column.first_of)
        for column in columns.values()
        if column.first_of and not column.optional and not set(column.first_of) & set(names)
    ]
    if not missing and not none_of:
        return
    said = [
        f'"{header}"' + (f' (is "{_visible(twin)}" its new name?)' if (twin := likely_twin(header, extra)) else "")
        for header in missing
    ] + none_of
    raise HeaderError(
        f"{file_name}, line 1: the header misses {', '.join(said)}. It has {_shown(names)}. "
        f"{_probable_cause(text, names, missing, quote)}Ask the sender for "
        "the column, or change the mapping if it was renamed for good."
    )


def _refuse_separator_line(file_name: str, record: str) -> None:
    """Excel's own first line, which tells the delimiter and is no header."""
    if re.fullmatch(r'"?sep=.?"?\s*', record, re.IGNORECASE):
        raise HeaderError(
            f'{file_name}, line 1: "{record.strip()}" is a line that only Excel reads; the header must stand there. '
            "Export the file without it."
        )


def _refuse_stray_quote(file_name: str, names: tuple[str, ...]) -> None:
    if not names:
        raise HeaderError(
            f"{file_name}, line 1: the header has a quote where none may stand, so its names cannot be told apart. "
            "That line is broken; deliver the file again, or declare the `quote` of this system in the mapping."
        )


def _visible(name: str) -> str:
    """Letters that cannot be seen (zero-width spaces, marks in the middle of a file) as their numbers."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)


def _shown(names: tuple[str, ...]) -> str:
    shown = ", ".join(map(_visible, names))
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."


def _probable_cause(text: TextFile, names: tuple[str, ...], missing: list[str], quote: str) -> str:
    """Where the header stands instead, or that the delimiter is another; nothing where neither is likely."""
    for begins, kind in _OTHER_KINDS:
        if re.match(begins, names[0], re.IGNORECASE):
            return f"It is {kind}, and no table: look at how it was exported. "
    if missing and len(names) == 1 and all(header in names[0] for header in missing):
        return "All of it was read as one column: declare the `delimiter` in the mapping. "
    with text.path.open(encoding="utf-8") as file:
        for number, line in enumerate(islice(file, _TITLE_LINES), start=1):
            if missing and any(set(missing) <= set(split_record(line, mark, quote)) for mark in DELIMITERS):
                return f"Line {number} looks like the header: the lines above it must go. "
    return ""
