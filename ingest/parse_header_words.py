"""What to tell of a first line that is no header: what it is instead, where the header may be, letters nobody sees."""

from __future__ import annotations

import re
from itertools import islice

from ingest.errors import HeaderError
from ingest.parse_record import split_record
from ingest.parse_text import DELIMITERS, TextFile

_LONGEST_SHOWN = 500
_TITLE_LINES = 30
_OTHER_KINDS = (
    (r"\s*<(!doctype|html|head|body)", "a web page, as a log-in or an error is shown"),
    (r"\s*<", "XML"),
    (r"\s*[\[{]", "JSON"),
    (r"%PDF-", "a PDF"),
)


def refuse_separator_line(file_name: str, record: str) -> None:
    """Excel's own first line, which tells the delimiter and is no header. Raises HeaderError."""
    if re.fullmatch(r'"?sep=.?"?\s*', record, re.IGNORECASE):
        raise HeaderError(
            f'{file_name}, line 1: "{record.strip()}" is a line that only Excel reads; the header must stand there. '
            "Export the file without it."
        )


def refuse_stray_quote(file_name: str, names: tuple[str, ...]) -> None:
    """A header that the dialect cannot take apart. Raises HeaderError."""
    if not names:
        raise HeaderError(
            f"{file_name}, line 1: the header has a quote where none may stand, so its names cannot be told apart. "
            "That line is broken; deliver the file again, or declare the `quote` of this system in the mapping."
        )


def probable_cause(text: TextFile, names: tuple[str, ...], missing: list[str], quote: str) -> str:
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


def visible(name: str) -> str:
    """Letters that cannot be seen (zero-width spaces, marks in the middle of a file) as their numbers."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)


def shown(names: tuple[str, ...]) -> str:
    """The names, cut off where they are very many."""
    text = ", ".join(map(visible, names))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
