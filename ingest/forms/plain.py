"""From the bytes of a delivery to the one plain text that the parse reads, whatever form they came in.

`read_plain` is the entry: unpacks, brings each file into plain text (CSV keeps its own dialect, every other form
becomes quoted CSV), lays parts end to end. Records are counted in the source and again in the text; a difference is
refused. What the columns mean is the parse's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.errors import FormError, RecordsError
from ingest.forms.json_records import json_lines_table, json_table
from ingest.forms.kinds import Form, form_of, other_content
from ingest.forms.limits import LIMITS, FormLimits
from ingest.forms.parquet_records import parquet_table
from ingest.forms.parts import PlainText, join_parts
from ingest.forms.places import Places
from ingest.forms.spreadsheet import sheet_table
from ingest.forms.table import Table
from ingest.forms.unpack import Member, unpack
from ingest.mapping import ExportMapping, FileMapping
from ingest.parse_lines import unbalanced_line
from ingest.parse_text import write_plain

PLAIN = "plain.csv"


def read_plain(
    source: Path,
    bench: Path,
    *,
    name: str,
    file: FileMapping,
    export: ExportMapping,
    is_container: bool = False,
    expected: Sequence[str] = (),
    limits: FormLimits = LIMITS,
) -> PlainText:
    """The delivered bytes at `source` as text at `bench`/plain.csv; `name` is what they were delivered as.

    `file` says form and dialect, `export` which sheet, path or member. `is_container`: `source` is our zip of delivered
    parts. `expected` is the header of an empty JSON list. Raises DeliveryError of the kind that says what is wrong.
    """
    with TemporaryDirectory(dir=bench) as passing:
        folder = Path(passing)
        members = unpack(source, folder, name=name, limits=limits, member=export.member, is_container=is_container)
        forms = [file.form or form_of(member.name) for member in members]
        if len(set(forms)) > 1:
            listed = ", ".join(member.name for member in members[:10])
            raise FormError(
                f"{name} holds files of several forms: {listed}. Say in the mapping which are meant (`member`), or "
                "deliver one form."
            )
        read = _Reader(folder=folder, file=file, export=export, expected=expected, limits=limits)
        if len(members) == 1:
            return read.plain(members[0], forms[0], bench / PLAIN)
        parts = [read.plain(each, forms[0], folder / f"part{n:04d}.csv") for n, each in enumerate(members)]
        return join_parts(parts, bench / PLAIN, may_differ=forms[0] in ("json", "jsonl"))


class _Reader:
    """One unpacked file after the other, as the mapping says they are written."""

    def __init__(
        self, *, folder: Path, file: FileMapping, export: ExportMapping, expected: Sequence[str], limits: FormLimits
    ) -> None:
        self._folder, self._file, self._export = folder, file, export
        self._expected, self._limits = expected, limits

    def plain(self, member: Member, form: Form, target: Path) -> PlainText:
        """The file as plain text at `target`."""
        if form == "text":
            return self._text(member, target)
        table = self._table(member, form)
        text = write_plain(table.path, target, encoding="utf-8", quote='"', name=member.shown)
        table.path.unlink()
        if text.records - 1 != table.records or text.ends_in_quote:
            raise RecordsError(
                f"{member.shown} holds {table.records} records and its plain text {text.records - 1}, so something "
                "would be lost. This is a fault of the program and not of the data: please report it with the file."
            )
        return PlainText(text=text, delimiter=",", quote='"', places=table.places, part=member.name, shown=member.shown)

    def _text(self, member: Member, target: Path) -> PlainText:
        if (said := other_content(member.path)) is not None:
            raise FormError(
                f"{member.shown} is read as text, and it is {said}. Rename the file, or say its `form` in the mapping."
            )
        file = self._file
        text = write_plain(
            member.path,
            target,
            encoding=file.encoding,
            quote=file.quote,
            delimiter=file.delimiter,
            name=member.shown,
        )
        if text.ends_in_quote:
            line = unbalanced_line(text.path, file.quote)
            raise RecordsError(
                f"{member.shown}: a quote in line {line} has no partner, so that the file ends inside a quoted field. "
                "Either the file was cut off or that line is broken; deliver it again whole."
            )
        if not text.ends_with_newline and file.final_newline == "required":
            raise RecordsError(
                f"{member.shown}: the last line does not end with a line break, so the file may be cut off. Deliver "
                'it again whole; if this system never ends its files, say "final_newline: optional" in the mapping.'
            )
        return PlainText(
            text=text,
            delimiter=file.delimiter,
            quote=file.quote,
            places=Places(by_line=True),
            part=member.name,
            shown=member.shown,
        )

    def _table(self, member: Member, form: Form) -> Table:
        source, target, limits = member.path, self._folder / "table.csv", self._limits
        encoding, export = self._file.encoding, self._export
        if form == "json":
            return json_table(
                source,
                target,
                name=member.shown,
                path=export.records,
                encoding=encoding,
                expected=self._expected,
                limits=limits,
            )
        if form == "jsonl":
            return json_lines_table(source, target, name=member.shown, encoding=encoding, limits=limits)
        if form == "parquet":
            return parquet_table(source, target, name=member.shown, limits=limits)
        return sheet_table(
            source, target, name=member.shown, sheet=export.sheet, header_row=export.header_row, limits=limits
        )
