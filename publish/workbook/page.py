"""A sheet of the workbook as a page: its cells, its title, how it prints.

Text is always written as text: a partner may be called `=1+1`. Numbers that do not exist become words.
"""

import datetime as dt
import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from publish.workbook.look import Look

_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_A4 = 9
# Width of the left margin; pixels that an A4 page in landscape holds at full size, with a little air.
_MARGIN, _PRINTED_PIXELS = 2, 970
# Points: a row of a table, a line of text in one; letters that fit into one unit of a column's width.
_ROW, _LINE, _LETTERS_PER_WIDTH = 18, 15, 1.05


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What stands in the footer of every page: which data this workbook shows."""

    as_of: dt.date
    generation: int | None

    @property
    def footer(self) -> str:
        """Left: the data; middle: the sheet; right: the page."""
        generation = "" if self.generation is None else f", generation {self.generation}"
        return f"&L&8As of {self.as_of.isoformat()}{generation}&C&8&A&R&8Page &P of &N"


class Page:
    """One sheet. Rows and columns count from 0; column 0 is the left margin."""

    def __init__(self, book: Any, look: Look, edition: Edition, name: str, widths: Sequence[float]) -> None:
        self.book = book
        self.look = look
        self.sheet = book.add_worksheet(_free_name(book, name))
        self.widths = tuple(widths)
        self.columns = len(widths)
        self.sheet.hide_gridlines(2)
        self.sheet.set_default_row(_ROW)
        self.sheet.set_column(0, 0, _MARGIN)
        for column, width in enumerate(widths, start=1):
            self.sheet.set_column(column, column, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer(edition.footer)

    def title(self, title: str, subtitle: str) -> None:
        """The two lines at the top of every page."""
        self.sheet.set_row(0, 32)
        self.sheet.set_row(1, 22)
        self.text(0, 1, title, "title")
        for column in range(1, self.columns + 1):
            self.text(1, column, subtitle if column == 1 else "", "subtitle")

    def text(self, row: int, column: int, text: str, *styles: str) -> None:
        """A text, never a formula, a number or a link."""
        self.sheet.write_string(row, column, text, self.look(*styles))

    def number(self, row: int, column: int, number: float, num_format: str, *styles: str) -> None:
        """A number in an Excel format."""
        self.sheet.write_number(row, column, number, self.look(*styles, num_format=num_format))

    def date(self, row: int, column: int, date: dt.date | None, *styles: str) -> None:
        """A date, or nothing."""
        if date is None:
            self.text(row, column, "", *styles)
        else:
            self.sheet.write_datetime(row, column, date, self.look(*styles, "right", num_format="d mmm yyyy"))

    def section(self, row: int, text: str) -> None:
        """A heading above a table."""
        self.sheet.set_row(row, 22)
        self.text(row, 1, text, "section")

    def header(self, row: int, names: Sequence[str], *, texts: Container[int], height: float = 34) -> None:
        """Names of a table's columns; those at the positions `texts` stand left, the others right."""
        self.sheet.set_row(row, height)
        for position, name in enumerate(names):
            side = () if position == 0 else ("left",) if position in texts else ("right",)
            self.text(row, 1 + position, name[:1].upper() + name[1:], "header", *side)

    def block(self, row: int, text: str, *styles: str, first: int = 1) -> None:
        """Words across the page from column `first` on; the row is as high as they need."""
        room = sum(self.widths[first - 1 :]) * _LETTERS_PER_WIDTH
        self.sheet.merge_range(row, first, row, self.columns, "", self.look(*styles))
        self.text(row, first, text, *styles)
        self.sheet.set_row(row, _LINE * max(1, math.ceil(len(text) / room)) + 8)

    def break_before(self, row: int) -> None:
        """A new printed page from this row on; the page is then scaled, for Excel breaks no page that it fits."""
        pixels = sum(width * 7 + 5 for width in (_MARGIN, *self.widths))
        self.sheet.set_print_scale(min(100, int(100 * _PRINTED_PIXELS / pixels)))
        self.sheet.set_h_pagebreaks([row])

    def tabulate(self, first_row: int, frozen_columns: int = 0) -> None:
        """The header of the page's table stays in sight and is repeated on each printed page."""
        self.sheet.freeze_panes(first_row + 1, frozen_columns)
        self.sheet.repeat_rows(first_row)


def _free_name(book: Any, name: str) -> str:
    """A sheet name that Excel takes and the book does not have."""
    plain = " ".join(name.translate(_NOT_IN_NAMES).split())[:_LONGEST_NAME].strip() or "Sheet"
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()} | {"history"}
    free, count = plain, 1
    while free.casefold() in taken:
        count += 1
        free = f"{plain[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
    return free
