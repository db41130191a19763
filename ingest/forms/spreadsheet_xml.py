"""The XML of a workbook, walked without building it: what its sheets are, and what stands where in one of them.

A second look beside the reader of cells (`ingest.forms.spreadsheet`): it counts rows, finds what that reader would make
nothing of (errors, formulas never calculated), and refuses document types and entities, which no workbook has.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from ingest.errors import FormError, TooLargeError
from ingest.forms.limits import Budget, FormLimits
from ingest.forms.zip_directory import chunks

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WORKBOOK = "xl/workbook.xml"
Start = Callable[[str, dict[str, str]], None]


@dataclass(kw_only=True)
class SheetFacts:
    """What stands in a sheet; rows and columns count from 1. `errors` are texts like #N/A by (row, column)."""

    cells: int = 0
    rows: list[int] = field(default_factory=list)
    columns: dict[int, int] = field(default_factory=dict)
    """Column to the last row in which it holds something."""
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SheetPart:
    """A sheet of the workbook: its name, the part it is in, and whether a person sees it."""

    name: str
    part: str
    is_visible: bool


class _EnoughError(Exception):
    """The root element has begun; a document type can no longer come."""


@dataclass(kw_only=True)
class Workbook:
    """The opened zip of a workbook, its names checked."""

    archive: zipfile.ZipFile
    name: str
    limits: FormLimits
    packed: int

    def check_parts(self) -> None:
        """Every XML part begins without a document type. Raises FormError."""
        for entry in self.archive.infolist():
            if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                self._walk(entry.filename, start=_stop)

    def sheets(self) -> list[SheetPart]:
        """The worksheets in their order. Raises FormError."""
        parts = {key: part for key, (kind, part) in self._relations().items() if kind == "worksheet"}
        listed: list[tuple[str, str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                listed.append((attributes.get("name", ""), _relation(attributes), attributes.get("state", "visible")))

        self._walk(_WORKBOOK, start=start)
        return [
            SheetPart(name=name, part=parts[relation], is_visible=state == "visible")
            for name, relation, state in listed
            if relation in parts
        ]

    def look_at(self, part: str) -> SheetFacts:
        """Which rows and columns of a sheet hold something. Raises FormError, TooLargeError."""
        look = _Look(workbook=self, part=part, shared=self._shared_lengths())
        self._walk(part, start=look.start, end=look.end, text=look.data)
        look.check_area()
        return look.facts

    def _relations(self) -> dict[str, tuple[str, str]]:
        """What the workbook is made of: kind and part by id."""
        parts: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                absolute = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
                parts[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], absolute

        self._walk("xl/_rels/workbook.xml.rels", start=start)
        return parts

    def _shared_lengths(self) -> array[int]:
        """How long each shared text is without the white space around it."""
        lengths: array[int] = array("q")
        found = next((part for kind, part in self._relations().values() if kind == "sharedStrings"), None)
        if found is None:
            return lengths
        held: list[str] = []
        state = {"text": False, "phonetic": False}

        def start(tag: str, _: dict[str, str]) -> None:
            if tag == "si":
                held.clear()
            elif tag == "rPh":
                state["phonetic"] = True
            elif tag == "t":
                state["text"] = not state["phonetic"]

        def end(tag: str) -> None:
            if tag == "si":
                lengths.append(len("".join(held).strip()))
            elif tag == "rPh":
                state["phonetic"] = False
            elif tag == "t":
                state["text"] = False

        def text(data: str) -> None:
            if state["text"]:
                held.append(data)

        self._walk(found, start=start, end=end, text=text)
        return lengths

    def _walk(
        self,
        part: str,
        *,
        start: Start,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Call back for each element by its local name."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
        parser.EndElementHandler = (lambda tag: end(tag.rpartition(" ")[2])) if end else None
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._doctype(part)
        parser.buffer_text = True
        budget = Budget(name=self.name, packed=self.packed, limits=self.limits)
        try:
            entry = self.archive.getinfo(part)
        except KeyError:
            raise FormError(
                f"{self.name} has no {part}: it is no Excel workbook (.xlsx), or a damaged one. Save it again as .xlsx."
            ) from None
        try:
            for chunk in chunks(self.archive, entry, self.name, budget):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except _EnoughError:
            return
        except expat.ExpatError as error:
            raise FormError(f"{self.name}: {part} is no XML ({error}). Save the workbook again in Excel.") from None

    def _doctype(self, part: str) -> Callable[..., None]:
        def refuse(*_: Any) -> None:
            raise FormError(
                f"{self.name}: {part} declares a document type (<!DOCTYPE), with which XML entities come. No workbook "
                "does. Do not open it; ask the sender what it is."
            )

        return refuse


@dataclass(kw_only=True)
class _Look:
    """One walk through a sheet. Cells without a reference follow the one before."""

    workbook: Workbook
    part: str
    shared: array[int]
    facts: SheetFacts = field(default_factory=SheetFacts)
    row: int = 0
    column: int = 0
    kind: str = ""
    letters: int = 0
    _last: tuple[int, int] = (0, 0)
    _formula: bool = False
    _reads: bool = False
    _value: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._place(attributes.get("r"))
            self.kind, self._formula, self._value = attributes.get("t", "n"), False, []
        elif tag == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "t"):
            self._reads = True

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._reads = False
        elif tag == "c":
            self._cell("".join(self._value).strip())

    def data(self, text: str) -> None:
        if self._reads:
            self._value.append(text)

    def check_area(self) -> None:
        """Readers hold a sheet as a rectangle: one far cell makes a small file a huge one."""
        area = max(self.facts.rows, default=0) * (max(self.facts.columns, default=0))
        if area > self.workbook.limits.sheet_cells:
            raise TooLargeError(
                f"{self.workbook.name}: the sheet reaches over {area:,} cells, and at most "
                f"{self.workbook.limits.sheet_cells:,} are read. Delete stray cells far below or to the right, or "
                "deliver it as CSV."
            )

    def _check_order(self) -> None:
        """A cell that comes twice would be read once."""
        if (self.row, self.column) <= self._last:
            raise FormError(
                f"{self.workbook.name}: row {self.row}, column {self.column} of the sheet stands in it twice or out of "
                "order, so that something would be lost. Save the workbook again in Excel."
            )
        self._last = self.row, self.column

    def _place(self, reference: str | None) -> None:
        found = _CELL.fullmatch(reference or "")
        if found is None:
            self.column += 1
            return
        self.column = 0
        for letter in found[1]:
            self.column = self.column * 26 + ord(letter) - 64
        self.row = int(found[2])

    def _cell(self, value: str) -> None:
        if self._formula and not value and self.kind not in ("str", "inlineStr"):
            raise FormError(
                f"{self.workbook.name}: row {self.row}, column {self.column} of the sheet holds a formula whose result "
                "was never calculated. Open the workbook in Excel, save it, and deliver it again."
            )
        length = len(value)
        if self.kind == "s" and value:
            if not value.isdecimal() or int(value) >= len(self.shared):
                raise FormError(
                    f"{self.workbook.name}: row {self.row}, column {self.column} of the sheet means a text that is not "
                    "in the workbook. It is damaged; save it again in Excel."
                )
            length = self.shared[int(value)]
        if not length:
            return
        self._check_order()
        self.facts.cells += 1
        self.letters += length
        if self.letters > self.workbook.limits.sheet_text:
            raise TooLargeError(
                f"{self.workbook.name}: the sheet holds more than {self.workbook.limits.sheet_text:,} letters, as only "
                "a bomb does. Ask the sender what it is, or have it delivered as CSV."
            )
        if self.kind == "e":
            self.facts.errors[self.row, self.column] = value
        self.facts.columns[self.column] = max(self.row, self.facts.columns.get(self.column, 0))
        if not self.facts.rows or self.facts.rows[-1] != self.row:
            self.facts.rows.append(self.row)


def _stop(*_: Any) -> None:
    raise _EnoughError


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _relation(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
