"""One record as it is written: the first of a text, and the fields of any. What they mean is not looked at here."""

from __future__ import annotations

import csv

from ingest.parse_text import TextFile

_LONGEST = 1024 * 1024


def dialect(delimiter_: str, quote: str) -> type[csv.Dialect]:
    """The strict dialect for Python's reader, the same as the database gets."""

    class Strict(csv.Dialect):
        delimiter = delimiter_
        quotechar = quote or None
        quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
        doublequote = True
        lineterminator = "\n"
        strict = True

    return Strict


def first_record(text: TextFile, quote: str) -> str:
    """The first record as it is written, without its line break."""
    with text.path.open(encoding="utf-8", newline="") as file:
        start = file.read(_LONGEST)
    inside = False
    for place, letter in enumerate(start):
        if letter == quote:
            inside = not inside
        elif letter == "\n" and not inside:
            return start[:place]
    return start


def split_record(record: str, delimiter: str, quote: str) -> tuple[str, ...]:
    """The fields of one record; none where the dialect does not read it."""
    try:
        return tuple(next(csv.reader([record], dialect(delimiter, quote)), ()))
    except csv.Error:
        return ()
