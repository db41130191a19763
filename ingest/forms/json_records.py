"""The records of a JSON document (a list, or a list under a declared path) and of JSON Lines, as a table.

JSON Lines are read line by line; a document is read as a whole and bounded by `json_document`.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.errors import EncodingError, FormError, RecordsError, TooLargeError, twin_hint
from ingest.forms.json_text import Record, flatten, kind_of, read_json
from ingest.forms.limits import FormLimits
from ingest.forms.places import Gaps, records_at
from ingest.forms.table import Table, TableWriter
from ingest.parse_text import known_encoding

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def json_table(
    source: Path,
    target: Path,
    *,
    name: str,
    path: str | None,
    encoding: str | None,
    expected: Sequence[str],
    limits: FormLimits,
) -> Table:
    """A document's records; `path` is the dotted path to them. An empty list has the `expected` header.

    Raises FormError, EncodingError, TooLargeError.
    """
    found = _records(read_document(source, name=name, encoding=encoding, limits=limits), name, path)
    with TableWriter(path=target, name=name, limits=limits) as table:
        for number, value in enumerate(found, start=1):
            table.write(_flat(value, f"{name}, record {number},"))
        names = table.finish(expected)
    return Table(path=target, names=names, records=len(found), places=records_at([]))


def read_document(source: Path, *, name: str, encoding: str | None, limits: FormLimits) -> Any:
    """The whole document. Raises FormError, EncodingError, RecordsError, TooLargeError."""
    size = source.stat().st_size
    if size > limits.json_document:
        raise TooLargeError(
            f"{name} is one JSON document of {size:,} bytes, and at most {limits.json_document:,} are read as a whole. "
            "Deliver it as JSON Lines (.jsonl), or in parts."
        )
    if size == 0:
        raise RecordsError(f"{name} is empty: not even an empty list stands in it. Deliver the file again.")
    try:
        text = source.read_bytes().decode(_encoding(source, encoding, name))
    except UnicodeDecodeError as error:
        raise _undecodable(name, error) from None
    return read_json(text, name)


def json_lines_table(source: Path, target: Path, *, name: str, encoding: str | None, limits: FormLimits) -> Table:
    """One record a line, blank lines passed over. Raises FormError, EncodingError, RecordsError, TooLargeError."""
    gaps, records = Gaps(found=[]), 0
    with TableWriter(path=target, name=name, limits=limits) as table:
        for line, text in _lines(source, _encoding(source, encoding, name), name, limits):
            if text.strip():
                records += 1
                gaps.see(records, line)
                where = f"{name}, line {line},"
                table.write(_flat(read_json(text, where), where))
        names = table.finish()
    if not records:
        raise RecordsError(f"{name} is empty: it holds no record. Deliver the file again.")
    return Table(path=target, names=names, records=records, places=records_at(gaps.found))


def _flat(value: Any, where: str) -> Record:
    try:
        return flatten(value, where)
    except RecursionError:
        raise FormError(f"{where} is nested deeper than any export is. Ask the sender what it is.") from None


def _records(document: Any, name: str, path: str | None) -> list[Any]:
    """The list of records under the path."""
    found, walked = document, "the document"
    for step in path.split(".") if path else ():
        if not isinstance(found, dict) or step not in found:
            known = list(found) if isinstance(found, dict) else []
            said = f"{', '.join(known[:20]) or 'no field'}{twin_hint(step, known)}" if known else kind_of(found)
            raise FormError(
                f'{name}: the mapping reads the records under "{path}", and {walked} has no "{step}"; there is {said}. '
                "Correct `records` in the mapping, or ask the sender."
            )
        found, walked = found[step], step
    if isinstance(found, list):
        return found
    lists = [key for key, value in found.items() if isinstance(value, list)] if isinstance(found, dict) else []
    here = f'under "{path}"' if path else "at its top"
    raise FormError(
        f"{name} has {kind_of(found)} {here} and no list of records. Say in the mapping where they stand"
        + (f", for instance `records: {f'{path}.' if path else ''}{lists[0]}`." if lists else " (`records`).")
        + " Where each line is a record, it is JSON Lines: `form: jsonl`."
    )


def _lines(source: Path, encoding: str, name: str, limits: FormLimits) -> Iterator[tuple[int, str]]:
    with source.open(encoding=encoding, newline="\n") as file:
        line = 0
        while True:
            line += 1
            try:
                text = file.readline(limits.json_line)
            except UnicodeDecodeError as error:
                raise _undecodable(f"{name}, after line {line - 1},", error) from None
            if not text:
                return
            if len(text) >= limits.json_line and not text.endswith("\n"):
                raise TooLargeError(
                    f"{name}, line {line}, is longer than {limits.json_line:,} letters. Where the file is one document "
                    "and not one record a line, say `form: json` in the mapping."
                )
            yield line, text


def _encoding(source: Path, declared: str | None, name: str) -> str:
    with source.open("rb") as file:
        start = file.read(4)
    marked = next((found for mark, found in _MARKS if start.startswith(mark)), None)
    if declared is None:
        return marked or "utf-8"
    known = known_encoding(declared, name)
    return marked if marked and known.replace("-le", "").replace("-be", "") == marked.removesuffix("-sig") else known


def _undecodable(where: str, error: UnicodeDecodeError) -> EncodingError:
    return EncodingError(
        f"{where} is not {error.encoding}: byte {error.object[error.start]:#04x} cannot be read. JSON is UTF-8; if the "
        "system writes another encoding, declare it in the mapping (for instance `encoding: cp1252`)."
    )
