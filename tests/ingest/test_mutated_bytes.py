"""A file whose bytes changed on the way is refused, or each record is accounted for and only touched ones differ.

Changed is one stretch of bytes: flipped, inserted, deleted, cut off, or repeated. A record holds its bytes up to and
with its line break; a line break is held by the record behind it too, for without it the two are one. The header is a
record. What differs then may only be told of records that hold a changed byte:

- a record that holds none is accepted with the values that it had (or collapses into one of equal values);
- with conflicting rows for one key the gate refuses the file, whatever else it is;
- where the header holds a changed byte, every column that the mapping demands has its values still.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_desk import Parsed
from written_tables import EXPORT, NAMES, Cells, Dialect, cells_of, dialects, narrow_desk, spans, tables, told

from ingest.errors import DeliveryError


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """Bytes `start` to `end` of a file become others; an insertion has no bytes of its own."""

    start: int
    end: int
    new: bytes

    def of(self, data: bytes) -> bytes:
        return data[: self.start] + self.new + data[self.end :]

    def touches(self, span: tuple[int, int], line_break: int) -> bool:
        """Whether a record, or the line break before it, holds a changed byte."""
        start, end = span[0], span[1]
        if self.start == self.end:
            return start - line_break < self.start < end or self.start == start
        return self.start < end and self.end > start - line_break


@st.composite
def mutations(draw: st.DrawFn, data: bytes, dialect: Dialect) -> Mutation:
    """Any stretch; what is inserted is often what has a meaning in such a file."""
    at = draw(st.integers(0, len(data) - 1))
    end = min(len(data), at + draw(st.integers(1, 1) | st.integers(1, 30)))
    marks = [dialect.delimiter, dialect.quote, dialect.newline, "\r", "\n", '"', "x", "0", " ", "\0"]
    meant = st.lists(st.sampled_from(marks), min_size=1, max_size=3).map(lambda m: "".join(m).encode(dialect.encoding))
    stuff = meant | st.binary(min_size=1, max_size=3)
    kind = draw(st.sampled_from(["flip", "replace", "insert", "delete", "cut", "repeat"]))
    if kind == "flip":
        return Mutation(start=at, end=at + 1, new=bytes([data[at] ^ draw(st.integers(1, 255))]))
    if kind == "replace":
        return Mutation(start=at, end=end, new=draw(stuff))
    if kind == "insert":
        return Mutation(start=at, end=at, new=draw(stuff))
    if kind == "delete":
        return Mutation(start=at, end=end, new=b"")
    if kind == "cut":
        return Mutation(start=at, end=len(data), new=b"")
    return Mutation(start=end, end=end, new=data[at:end])


@given(data=st.data())
def only_touched_records_differ(data: st.DataObject) -> None:
    dialect = data.draw(dialects())
    rows = data.draw(tables(dialect, max_size=4))
    records = dialect.records(rows)
    whole = b"".join(records)
    mutation = data.draw(mutations(whole, dialect))
    with narrow_desk() as desk:
        try:
            parsed = desk.parse(mutation.of(whole), dialect.mapping, export=EXPORT)
        except DeliveryError:
            return
    assert parsed.facts.rows_in == count_records(mutation.of(whole), dialect)
    if parsed.facts.conflicting_keys == 0:
        line_break = len(dialect.newline.encode(dialect.encoding))
        touched = [mutation.touches(span, line_break) for span in spans(records, ends_open=dialect.ends_open)]
        check(parsed, rows, touched)


def check(parsed: Parsed, rows: list[Cells], touched: list[bool]) -> None:
    """The untouched records stand there in their order, with what was demanded of the header."""
    width = len(NAMES) - touched[0]
    expected = [told(row)[:width] for row, is_touched in zip(rows, touched[1:], strict=True) if not is_touched]
    found = [cells_of(row)[:width] for row in parsed.rows]
    assert [row for row in found if row in expected] == expected


def count_records(data: bytes, dialect: Dialect) -> int:
    """Records below the header that are not blank, as Python's own reader counts them."""
    text = data.decode(dialect.encoding).removeprefix("\ufeff")
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote or None, quoting=quoting
    )
    return sum(record != [] for record in reader) - 1


def test_only_records_that_hold_a_changed_byte_may_differ() -> None:
    """One stretch of bytes is changed anywhere in a file of any dialect: refused, or nothing else moves."""
    settings(max_examples=90, deadline=None)(only_touched_records_differ)()


@pytest.mark.long
def test_many_changed_bytes() -> None:
    """Many more; MUTATIONS says how many."""
    examples = int(os.environ.get("MUTATIONS", "5000"))
    settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(
        only_touched_records_differ
    )()
