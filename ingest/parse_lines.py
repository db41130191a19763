"""On which line does it stand? The slow look back into a plain text file, once something is wrong.

Only used for messages and rejected rows; counting and refusing happen in `ingest.parse_text` and
`ingest.parse`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.parse_record import dialect

_LF = 10


def record_lines(path: Path, quote: str, records: NDArray[np.int64]) -> NDArray[np.int64]:
    """The line on which each record begins (record 1 is the first after the header; lines count from 1)."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    newlines = np.flatnonzero(data == _LF)
    ends = newlines
    if quote:
        quotes = np.flatnonzero(data == ord(quote))
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    starts = np.concatenate(([0], ends + 1))
    starts = starts[starts < data.size]
    starts = starts[data[starts] != _LF]
    lines: NDArray[np.int64] = np.searchsorted(newlines, starts[records]) + 1
    return lines


def unbalanced_line(path: Path, quote: str) -> int | None:
    """The line of the quote that most probably has no partner; None where there is no quote.

    An opening quote belongs behind a delimiter, a closing one before a delimiter or a line's end: the first
    that does not stands in, or closes, the broken field. Where all do, it is the last one that opens.
    """
    data = np.fromfile(path, dtype=np.uint8)
    quotes = np.flatnonzero(data == ord(quote))
    if not quotes.size:
        return None
    plain = np.zeros(256, dtype=np.bool_)
    plain[[ord(mark) for mark in ",;\t|:\n"]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    # A doubled quote inside a field reads as closing and opening at once: both sides count as placed.
    before = np.concatenate(([True], plain[data[:-1]] | (data[:-1] == ord(quote))))
    after = np.concatenate((plain[data[1:]] | (data[1:] == ord(quote)), [True]))
    stray = opening[~before[opening]]
    torn = opening[: closing.size][~after[closing]]
    suspects = np.concatenate((stray, torn))
    at = int(suspects.min()) if suspects.size else int(opening[-1])
    return int(np.count_nonzero(data[:at] == _LF)) + 1


def uneven_record(path: Path, delimiter: str, quote: str, width: int) -> tuple[int, int] | None:
    """(line, number of fields) of the first record that has not `width` fields, or None."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, dialect(delimiter, quote))
        line = 1
        try:
            for record in reader:
                if record and len(record) != width:
                    return line, len(record)
                line = reader.line_num + 1
        except csv.Error:
            return line, 0
    return None
