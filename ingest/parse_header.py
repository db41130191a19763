"""The header of a file against what its mapping reads: which column stands where.

Exact names only. A header that is missing, repeated or renamed refuses the file; one that nobody reads is
kept as extra. Values are not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.contracts import ExportContract
from ingest.errors import HeaderError, likely_twin
from ingest.mapping import ExportMapping
from ingest.mapping_column import ColumnMapping
from ingest.parse_header_words import probable_cause, refuse_separator_line, refuse_stray_quote, shown, visible
from ingest.parse_record import first_record, split_record
from ingest.parse_text import DELIMITERS, TextFile

_RENAMED = 0.85


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
    refuse_separator_line(file_name, record)
    tried = {mark: split_record(record, mark, quote) for mark in ((delimiter,) if delimiter else DELIMITERS)}
    chosen = max(tried, key=lambda mark: (len(wanted & set(tried[mark])), len(tried[mark])))
    names = tried[chosen]
    refuse_stray_quote(file_name, names)
    wide = _wide(mapping, names)
    ignored = {name for name in names if any(re.fullmatch(p, name) for p in mapping.ignore_columns)}
    known = wanted | set(wide)
    extra = tuple(name for name in names if name not in known and name not in ignored)
    _refuse_repeated(file_name, names, ignored - known)
    _refuse_missing(file_name, mapping, columns, names, extra, text=text, quote=quote)
    positions = {name: place for place, name in enumerate(names) if name in known or name in extra}
    dropped = tuple(dict.fromkeys(name for name in names if name in ignored - known))
    return Header(names=names, delimiter=chosen, positions=positions, extra=extra, ignored=dropped, wide=wide)


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
        f'"{header}"' + (f' (is "{visible(twin)}" its new name?)' if (twin := likely_twin(header, extra)) else "")
        for header in missing
    ] + none_of
    raise HeaderError(
        f"{file_name}, line 1: the header misses {', '.join(said)}. It has {shown(names)}. "
        f"{probable_cause(text, names, missing, quote)}Ask the sender for "
        "the column, or change the mapping if it was renamed for good."
    )
