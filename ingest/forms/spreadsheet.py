"""The rows of a sheet of an Excel workbook as a table of texts. python-calamine reads the cells.

What it reads is held against a second look at the XML (`ingest.forms.spreadsheet_xml`): as many rows, and errors such
as #N/A kept as their text. Dates are ISO, whole numbers have no `.0`, empty rows are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ingest.errors import FormError, HeaderError, RecordsError, TooLargeError, twin_hint
from ingest.forms.limits import FormLimits
from ingest.forms.numbers import number_text
from ingest.forms.places import Gaps, records_at
from ingest.forms.spreadsheet_xml import SheetFacts, SheetPart, Workbook
from ingest.forms.table import Table, line_of, refuse_zero
from ingest.forms.zip_directory import open_zip

_OLE = b"\xd0\xcf\x11\xe0"
Row = tuple[int, dict[int, Any]]


def sheet_table(
    source: Path, target: Path, *, name: str, sheet: str | None, header_row: int | None, limits: FormLimits
) -> Table:
    """The records below the header: `header_row`, else the first row that holds something.

    `sheet` is its name; without one the workbook has one visible sheet. Raises FormError, TooLargeError, HeaderError.
    """
    chosen, facts = _look(source, name, sheet, limits)
    shown = f"{name}, sheet {chosen}"
    if not facts.rows:
        raise RecordsError(f"{shown}, is empty: it has not even a header. Deliver the file again.")
    head = header_row or facts.rows[0]
    if head not in facts.rows:
        raise HeaderError(
            f"{shown}: the mapping says that row {head} is the header, and it is empty. Correct it there."
        )
    rows = list(_rows(source, chosen, facts, name))
    header = next((cells for row, cells in rows if row == head), {})
    below = [(row, cells) for row, cells in rows if row > head]
    expected = sum(row > head for row in facts.rows)
    read = sum(len(cells) for _, cells in rows)
    if len(below) != expected or read != facts.cells:
        raise RecordsError(
            f"{shown}: its XML holds {expected} rows below the header and {facts.cells} cells, the reader sees "
            f"{len(below)} and {read}: something would be lost. Save the workbook again in Excel, or deliver it as CSV."
        )
    columns = sorted({*header, *(column for column, last in facts.columns.items() if last > head)})
    if len(columns) > limits.columns:
        raise TooLargeError(f"{shown} has more than {limits.columns:,} columns. Deliver only those that are needed.")
    names = tuple(_text(header[column], has_times=False) if column in header else "" for column in columns)
    timed = _columns_with_times(below)
    gaps = Gaps(found=[])
    with target.open("wb") as out:
        out.write(_encoded(names, f"{shown}, row {head},"))
        for record, (row, cells) in enumerate(below, start=1):
            gaps.see(record, row)
            texts = [_text(cells[c], has_times=c in timed) if c in cells else "" for c in columns]
            out.write(_encoded(texts, f"{shown}, row {row},"))
    return Table(path=target, names=names, records=expected, places=records_at(gaps.found))


def sheet_names(source: Path, *, name: str, limits: FormLimits) -> tuple[str, ...]:
    """The sheets that a person sees. Raises FormError, ArchiveError, TooLargeError."""
    _refuse_old(source, name)
    with open_zip(source, name, limits) as archive:
        sheets = _workbook(source, archive, name, limits).sheets()
    return tuple(part.name for part in sheets if part.is_visible)


def _look(source: Path, name: str, sheet: str | None, limits: FormLimits) -> tuple[str, SheetFacts]:
    """The sheet that is meant and what stands where in it."""
    _refuse_old(source, name)
    with open_zip(source, name, limits) as archive:
        workbook = _workbook(source, archive, name, limits)
        workbook.check_parts()
        chosen = _choose(workbook.sheets(), name, sheet)
        return chosen.name, workbook.look_at(chosen.part)


def _workbook(source: Path, archive: Any, name: str, limits: FormLimits) -> Workbook:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > limits.sheet_xml:
        raise TooLargeError(
            f"{name} unpacks to {unpacked:,} bytes of XML, and at most {limits.sheet_xml:,} are read. Deliver CSV."
        )
    return Workbook(archive=archive, name=name, limits=limits, packed=source.stat().st_size)


def _refuse_old(source: Path, name: str) -> None:
    with source.open("rb") as file:
        start = file.read(4)
    if start == _OLE:
        raise FormError(f"{name} is encrypted, or of the form before 2007. Save it without a password as .xlsx or CSV.")
    if start[:2] != b"PK":
        raise FormError(f"{name} is no Excel workbook, whatever its name says. Save it as .xlsx, or rename it.")


def _choose(sheets: list[SheetPart], name: str, wanted: str | None) -> SheetPart:
    names = [sheet.name for sheet in sheets]
    if wanted is not None:
        found = next((sheet for sheet in sheets if sheet.name == wanted), None)
        if found is None:
            raise FormError(
                f'{name} has no sheet "{wanted}"{twin_hint(wanted, names)}; it has {", ".join(names) or "none"}. '
                "Correct `sheet` in the mapping, or ask the sender."
            )
        return found
    seen = [sheet for sheet in sheets if sheet.is_visible]
    if len(seen) == 1:
        return seen[0]
    if not seen:
        raise FormError(f"{name} has no sheet that can be seen. Deliver it again.")
    listed = ", ".join(sheet.name for sheet in seen)
    raise FormError(
        f"{name} has {len(seen)} sheets ({listed}); which one counts must be said in the mapping, for instance "
        f"`sheet: {seen[0].name}`."
    )


def _rows(source: Path, sheet: str, facts: SheetFacts, name: str) -> Iterator[Row]:
    """Every row that holds something: its number, and its cells by column, both from 1."""
    import python_calamine as calamine  # noqa: PLC0415 - only where it is used

    errors: dict[int, dict[int, Any]] = {}
    for (row, column), said in facts.errors.items():
        errors.setdefault(row, {})[column] = said
    try:
        with source.open("rb") as file:
            read = calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet)
        first = read.start[1] + 1 if read.start else 1
        for row, values in enumerate(read.iter_rows(), start=1):
            cells = {column: value for column, value in enumerate(values, start=first) if not _is_blank(value)}
            cells |= errors.get(row, {})
            if cells:
                yield row, cells
    except BaseException as error:
        # A panic of the reader is no Exception.
        if isinstance(error, calamine.CalamineError) or type(error).__name__ == "PanicException":
            raise FormError(f"{name} cannot be read as a workbook ({error}). Save it again in Excel.") from None
        raise


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _columns_with_times(rows: list[Row]) -> set[int]:
    """Columns of moments: midnight, which a workbook cannot tell from a day, is written there with its time."""
    return {
        column
        for _, cells in rows
        for column, value in cells.items()
        if isinstance(value, datetime) and value.time() != time()
    }


def _text(value: Any, *, has_times: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat() if has_times or value.time() != time() else value.date().isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00" if has_times else value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = "-" if seconds < 0 else "", abs(seconds)
        return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)


def _encoded(texts: list[str] | tuple[str, ...], where: str) -> bytes:
    try:
        data = line_of(texts).encode()
    except UnicodeEncodeError:
        raise FormError(
            f"{where} holds half of a surrogate pair, which is no letter. Save it again in Excel."
        ) from None
    refuse_zero(data, where)
    return data
