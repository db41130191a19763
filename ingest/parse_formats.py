"""How a text becomes a value: one SQL expression per format, NULL where the text cannot be read so.

Each takes SQL for a trimmed, non-empty text and gives SQL of the contract's type. Where the text comes from
is `ingest.parse_columns`'; web domains and ids of Salesforce have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.contracts import Column
from ingest.mapping_column import ColumnMapping
from ingest.sql import Values

_STAMP = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?"
_SHIFT = r"[+-]\d{2}(:?\d{2})?"
_LOOSE_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_LOOSE_TIME = r"[T ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,9})?"
_WEEKDAYS = "['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']"
_THOUSAND_YEARS = 1000 * 366 * 86_400_000
_TRUE, _FALSE = "('true', 't', 'yes', 'y', '1', 'on')", "('false', 'f', 'no', 'n', '0', 'off')"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What decides how a text is read: the type wanted, how the mapping says it is written."""

    type: str
    column: ColumnMapping
    values: Values


def typed(text: str, wanted: Column, column: ColumnMapping, values: Values) -> str:
    """SQL of the contract's type for SQL of a text; NULL where the text cannot be read so."""
    return _READERS[wanted.logical_type](text, Cell(type=wanted.type, column=column, values=values))


def _string(text: str, cell: Cell) -> str:
    if cell.column.format == "duns":
        digits = f"regexp_replace({text}, '[ .-]', '', 'g')"
        return f"case when regexp_full_match({digits}, '[0-9]{{9}}') then {digits} end"
    return text


def _boolean(text: str, _: Cell) -> str:
    return f"case when lower({text}) in {_TRUE} then true when lower({text}) in {_FALSE} then false end"


def _integer(text: str, cell: Cell) -> str:
    if cell.column.format == "week_time":
        return _week_minute(text)
    plain = _plain_number(text, cell)
    return f"case when regexp_full_match({plain}, '[+-]?\\d+(\\.0*)?') then try_cast({plain} as BIGINT) end"


def _week_minute(text: str) -> str:
    """`Mon 09:00` as minutes from Sunday 00:00; `Sat 24:00` is the end of the week."""
    day = f"list_position({_WEEKDAYS}, lower(left({text}, 3)))"
    hour, minute = f"cast(substr({text}, 5, 2) as BIGINT)", f"cast(right({text}, 2) as BIGINT)"
    shape = "[A-Za-z]{3} ([01]\\d|2[0-3]):[0-5]\\d|[A-Za-z]{3} 24:00"
    return f"case when regexp_full_match({text}, '{shape}') then ({day} - 1) * 1440 + {hour} * 60 + {minute} end"


def _number(text: str, cell: Cell) -> str:
    plain = _plain_number(text, cell)
    # 15 digits times 0.01 stay within 18, where decimals are 64-bit integers: wider ones cost seven times as much.
    if cell.column.format == "cents":
        cast = f"try_cast({plain} as DECIMAL(15,0))"
        whole = f"case when regexp_full_match({plain}, '[+-]?\\d+(\\.0*)?') then {cast} end"
        return f"try_cast({whole} * cast(0.01 as DECIMAL(3,2)) as {cell.type})"
    if cell.column.format == "percent":
        return f"try_cast(try_cast({plain} as DECIMAL(15,4)) * cast(0.01 as DECIMAL(3,2)) as {cell.type})"
    return f"try_cast({plain} as {cell.type})"


def _plain_number(text: str, cell: Cell) -> str:
    """Digits and a point. Thousands stand in groups of three; `_`, which the cast would skip, is no digit."""
    if not cell.column.thousands and cell.column.decimal == ".":
        return f"case when not contains({text}, '_') then {text} end"
    mark, point = _escaped(cell.column.thousands), _escaped(cell.column.decimal)
    groups = f"(\\d{{1,3}}({mark}\\d{{3}})+|\\d+)" if mark else "\\d+"
    shape = cell.values.bind(f"[+-]?{groups}({point}\\d*)?")
    plain = f"replace({text}, {cell.values.bind(cell.column.thousands)}, '')" if cell.column.thousands else text
    pointed = f"replace({plain}, {cell.values.bind(cell.column.decimal)}, '.')"
    return f"case when regexp_full_match({text}, {shape}) then {pointed} end"


def _escaped(mark: str) -> str:
    return f"[{mark}]" if mark and mark not in "^]\\" else ("\\" + mark if mark else "")


def _date(text: str, cell: Cell) -> str:
    if cell.column.format in (None, "iso"):
        shape = f"length({text}) = 10 and regexp_matches({text}, '\\d')"
        return f"cast(case when {shape} then try_strptime({text}, '%Y-%m-%d') end as DATE)"
    if cell.column.format == "iso_unpadded" or (
        cell.column.format and "%" in cell.column.format and "%z" not in cell.column.format
    ):
        return _sane(f"cast({_naive(text, cell, time='?')} as DATE)", text)
    return f"cast({_timestamp(text, cell)} as DATE)"


def _timestamp(text: str, cell: Cell) -> str:
    if cell.column.format in ("epoch_s", "epoch_ms"):
        factor = 1000 if cell.column.format == "epoch_s" else 1
        number = f"case when regexp_full_match({text}, '-?\\d{{1,13}}') then cast({text} as BIGINT) * {factor} end"
        return f"epoch_ms({number})"
    if cell.column.format and "%z" in cell.column.format:
        return _sane(f"{_naive(text, cell)} at time zone 'UTC'", text)
    if cell.column.format == "iso_unpadded" or "%" in (cell.column.format or ""):
        return _sane(_zoned(_naive(text, cell), cell), text)
    return _iso_moment(text, cell.column.zone, cell)


def _iso_moment(text: str, zone: str | None, cell: Cell) -> str:
    """A moment of ISO 8601. Where it is UTC anyway the plain cast will do, at a fifth of the cost of one with zones."""
    utc = f"{_STAMP}Z?" if zone == "UTC" else f"{_STAMP}Z"
    shifted = f"try_cast({text} as TIMESTAMPTZ) at time zone 'UTC'"
    cases = f"when regexp_full_match({text}, '{utc}') then try_cast({text} as TIMESTAMP)"
    cases += f" when regexp_full_match({text}, '{_STAMP}{_SHIFT}') then {shifted}"
    if zone and zone != "UTC":
        cases += f" when regexp_full_match({text}, '{_STAMP}') then {_zoned(f'try_cast({text} as TIMESTAMP)', cell)}"
    return f"case {cases} end"


def milliseconds(text: str, unit: str) -> str:
    """SQL of a duration in milliseconds for SQL of a text; NULL where it is none, negative or over a thousand years."""
    if unit == "since_1970":
        shape = f"{_LOOSE_DATE}{_LOOSE_TIME}"
        counted = f"epoch_ms(case when regexp_full_match({text}, '{shape}') then try_cast({text} as TIMESTAMP) end)"
    else:
        factor = {"minutes": 60_000, "seconds": 1_000, "milliseconds": 1}[unit]
        shape = r"\d{1,12}(\.\d*)?"
        number = f"case when regexp_full_match({text}, '{shape}') then try_cast({text} as DECIMAL(28,6)) end"
        counted = f"try_cast({number} * {factor} as BIGINT)"
    return f"case when {counted} between 0 and {_THOUSAND_YEARS} then {counted} end"


def _naive(text: str, cell: Cell, *, time: str = "") -> str:
    """A time without zone; `time` is `?` where a bare date will do."""
    if cell.column.format == "iso_unpadded":
        shape = f"{_LOOSE_DATE}({_LOOSE_TIME}){time}"
        return f"case when regexp_full_match({text}, '{shape}') then try_cast({text} as TIMESTAMP) end"
    return f"try_strptime({text}, {cell.values.bind(cell.column.format)})"


def _zoned(naive: str, cell: Cell) -> str:
    """A time without zone is in the declared one, which the mapping's rules demand."""
    if cell.column.zone == "UTC":
        return naive
    return f"timezone({cell.values.bind(cell.column.zone)}, {naive}) at time zone 'UTC'"


def _sane(value: str, text: str) -> str:
    """Without the words that the parser takes for dates (`epoch`, `infinity`)."""
    return f"case when regexp_matches({text}, '\\d') then {value} end"


_READERS: dict[str, Callable[[str, Cell], str]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "timestamp": _timestamp,
}
