"""A file nobody has mapped, of whatever form, opened for a look: as text, and what a mapping must say to read it so.

Where a workbook has several sheets, or a document several lists, the likeliest is taken and named as a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.forms.json_records import read_document
from ingest.forms.kinds import Form, form_of
from ingest.forms.limits import LIMITS
from ingest.forms.plain import read_plain
from ingest.forms.spreadsheet import sheet_names
from ingest.forms.unpack import Member, unpack
from ingest.mapping import AsOf, ExportMapping, FileMapping

_DEEPEST = 4


@dataclass(frozen=True, kw_only=True)
class OpenedSample:
    """`path` is the file itself where it is plain text. `where` are keys of the mapping with their values."""

    path: Path
    where: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()


def open_sample(path: Path, bench: Path) -> OpenedSample:
    """The file as text: of a zip its first member. Raises DeliveryError where it is not what its name says."""
    with TemporaryDirectory(dir=bench) as passing:
        members = unpack(path, Path(passing), name=path.name, limits=LIMITS)
        form = form_of(members[0].name)
        if form == "text":
            if members[0].path == path:
                return OpenedSample(path=path)
            return OpenedSample(path=members[0].path.replace(bench / "sample.unpacked"))
        where, doubts = _where(members[0], form)
        export = ExportMapping.model_validate(where)
        file = FileMapping(pattern=members[0].name, form=form, as_of=AsOf(column="any"), exports={"any": export})
        plain = read_plain(members[0].path, bench, name=members[0].name, file=file, export=export)
    opened = plain.text.path.replace(bench / "sample.unpacked")
    return OpenedSample(path=opened, where=tuple(where.items()), doubts=doubts)


def _where(member: Member, form: Form) -> tuple[dict[str, str], tuple[str, ...]]:
    if form == "xlsx":
        sheets = sheet_names(member.path, name=member.shown, limits=LIMITS)
        if len(sheets) > 1:
            return {"sheet": sheets[0]}, (f"of the sheets {', '.join(sheets)} the first was looked at",)
    if form == "json":
        lists = dict(_lists(read_document(member.path, name=member.shown, encoding=None, limits=LIMITS), ()))
        if lists and "" not in lists:
            longest = max(lists, key=lambda path: lists[path])
            said = (f"of the lists {', '.join(lists)} the longest was looked at",) if len(lists) > 1 else ()
            return {"records": longest}, said
    return {}, ()


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Lists of objects and how long they are, by their path."""
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        yield ".".join(path), len(value)
    if isinstance(value, dict) and len(path) < _DEEPEST:
        for key, inner in value.items():
            yield from _lists(inner, (*path, key))
