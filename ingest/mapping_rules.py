"""What the contracts demand of a mapping: exports and columns that exist, required ones that are mapped,
formats that fit the type. Grammar alone is `ingest.mapping`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import available_timezones

from ingest.contracts import Column, Contracts, ExportContract
from ingest.errors import twin_hint
from ingest.mapping import ExportMapping, FileMapping, VendorMapping
from ingest.mapping_column import ColumnMapping

Place = tuple[str | int, ...]

_FITTING = {
    "string": {"text", "salesforce_id", "web_domain", "duns"},
    "boolean": {"boolean"},
    "integer": {"integer", "week_time"},
    "number": {"decimal", "cents", "percent"},
    "date": {"iso", "iso_timestamp", "iso_unpadded", "epoch_s", "epoch_ms"},
    "timestamp": {"iso", "iso_timestamp", "iso_unpadded", "epoch_s", "epoch_ms"},
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something wrong at a place of the file (keys and list positions from the top)."""

    place: Place
    message: str


def broken_rules(mapping: VendorMapping, contracts: Contracts) -> Iterator[Problem]:
    """Everything in the mapping that the contracts do not allow."""
    for number, file in enumerate(mapping.files):
        place: Place = ("files", number)
        for name, export in file.exports.items():
            here = (*place, "exports", name)
            contract = contracts.exports.get(name)
            if contract is None:
                yield Problem(place=here, message=f'"{name}" is no export{twin_hint(name, contracts.exports)}')
                continue
            yield from _export_rules(here, file, export, contract)


def _export_rules(here: Place, file: FileMapping, export: ExportMapping, contract: ExportContract) -> Iterator[Problem]:
    made = (contract.key[0],) if isinstance(export.key, str) else ()
    if made and (len(contract.key) != 1 or contract.column(contract.key[0]).logical_type != "string"):
        yield Problem(place=(*here, "key"), message=f"{export.key} needs a key of one text column")
    if file.as_of.column and export.key == "row_number":
        yield Problem(place=(*here, "key"), message="row_number needs an as-of date from the name, or fixed")
    for place, name in _named_columns(here, file, export):
        if name not in contract.column_names:
            yield _unknown(place, name, contract)
    yield from _pattern_rules(here, export)
    for name, column in (export.columns or {}).items():
        there = (*here, "columns", name)
        if name not in contract.column_names:
            yield _unknown(there, name, contract)
        elif name in made:
            yield Problem(place=there, message=f"is made by key: {export.key}; leave it out")
        else:
            yield from _column_rules(there, column, contract.column(name))
            yield from _number_rules(there, column, export, contract, name)
    if export.columns is None:
        return
    mapped = {*export.columns, *made}
    for wanted in contract.columns:
        if (wanted.required or wanted.name in contract.key) and wanted.name not in mapped:
            message = f'the required column "{wanted.name}" is not mapped'
            yield Problem(place=(*here, "columns"), message=message)


def _column_rules(there: Place, column: ColumnMapping, wanted: Column) -> Iterator[Problem]:
    fitting = _FITTING[wanted.logical_type]
    dated = wanted.logical_type in ("date", "timestamp")
    format_ = column.format or next(iter(fitting))
    if format_ not in fitting and not (dated and "%" in format_):
        usable = ", ".join(sorted(fitting)) + (" or a strptime pattern" if dated else "")
        yield Problem(
            place=(*there, "format"),
            message=f'"{format_}" does not fit a {wanted.logical_type}; use {usable}',
        )
    if wanted.logical_type == "timestamp" and "%" in format_ and not re.search("%[HIcX]", format_):
        yield Problem(
            place=(*there, "format"),
            message=f'"{format_}" has no time of day, as {wanted.name} must; map it to a *_date column',
        )
    bare = format_ == "iso_unpadded" or ("%" in format_ and "%z" not in format_)
    if wanted.logical_type == "timestamp" and bare and column.zone is None:
        message = f'times written as "{format_}" carry no zone; declare it, for instance zone: UTC'
        yield Problem(place=there, message=message)
    if column.zone is not None and column.zone not in available_timezones():
        hint = twin_hint(column.zone, available_timezones())
        yield Problem(place=(*there, "zone"), message=f'"{column.zone}" is no IANA zone{hint}')
    if (column.plus_days is not None or column.plus_days_from) and not dated:
        yield Problem(place=there, message=f"days cannot be added to a {wanted.logical_type}")
    if column.plus_duration is not None and wanted.logical_type != "timestamp":
        yield Problem(
            place=there, message=f"a duration cannot be added to a {wanted.logical_type}, only to a timestamp"
        )
    if column.prefix and wanted.logical_type != "string":
        yield Problem(place=(*there, "prefix"), message=f"a prefix does not fit a {wanted.logical_type}")


def _number_rules(
    there: Place, column: ColumnMapping, export: ExportMapping, contract: ExportContract, name: str
) -> Iterator[Problem]:
    """Numbers by order hold only while every row is there, and are made of columns that the file gives."""
    if column.number is None:
        return
    here = (*there, "number")
    if contract.column(name).logical_type != "integer":
        yield Problem(place=here, message=f"numbers an integer, and {name} is a {contract.column(name).logical_type}")
    if (export.mode or contract.mode) != "snapshot":
        message = (
            "numbers by order hold only where every delivery has all rows; declare mode: snapshot, or map a number"
        )
        yield Problem(place=here, message=message)
    mapped = export.columns or {}
    for other in (*column.number.within, column.number.order_by):
        if other not in contract.column_names:
            yield _unknown(here, other, contract)
        elif other not in mapped or mapped[other].number is not None:
            yield Problem(place=here, message=f'"{other}" is not mapped to a header, so nothing can be numbered by it')


def _named_columns(here: Place, file: FileMapping, export: ExportMapping) -> Iterator[tuple[Place, str]]:
    """Canonical columns that are named outside `columns`."""
    if isinstance(export.key, tuple):
        yield from (((*here, "key", number), name) for number, name in enumerate(export.key))
    if export.range_column:
        yield (*here, "range_column"), export.range_column
    if file.as_of.column:
        yield (*here[:2], "as_of", "column"), file.as_of.column


def _pattern_rules(here: Place, export: ExportMapping) -> Iterator[Problem]:
    patterns: list[tuple[Place, str]] = [
        (("ignore_columns", number), pattern) for number, pattern in enumerate(export.ignore_columns)
    ]
    if export.unpivot:
        patterns.append((("unpivot", "pattern"), export.unpivot.pattern))
    for place, pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield Problem(place=(*here, *place), message=f"not a regular expression: {error}")


def _unknown(place: Place, name: str, contract: ExportContract) -> Problem:
    return Problem(
        place=place,
        message=f'"{name}" is no column of {contract.name}{twin_hint(name, contract.column_names)}',
    )
