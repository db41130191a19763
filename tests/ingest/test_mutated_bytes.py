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
import hashlib
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from form_files import jsonl_bytes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_desk import RECEIVED, Parsed
from written_forms import written_files
from written_tables import EXPORT, HEADERS, NAMES, Cells, Dialect, cells_of, dialects, narrow_desk, spans, tables, told

from ingest.contracts import load_contracts
from ingest.errors import DeliveryError
from ingest.inbox import find_deliveries


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
def mutations(draw: st.DrawFn, data: bytes, dialect: Dialect, *, behind: int = 0) -> Mutation:
    """Any stretch, half of them `behind` a header; what is inserted is often what has a meaning in such a file."""
    last = len(data) - 1
    at = draw(st.integers(min(behind, last), last) | st.integers(0, last))
    end = min(len(data), at + draw(st.integers(1, 1) | st.integers(1, 30)))
    marks = [dialect.delimiter, dialect.quote, dialect.newline, "\r", "\n", '"', "x", "0", " ", "\0"]
    meant = st.lists(st.sampled_from(marks), min_size=1, max_size=3).map(lambda m: "".join(m).encode(dialect.encoding))
    stuff = meant | st.binary(min_size=1, max_size=3)
    kind = draw(st.sampled_from(["flip", "replace", "insert", "delete", "cut", "repeat"]))
    if kind == "flip":
        return Mutation(start=at, end=at + 1, new=bytes([data[at] ^ draw(st.integers(1, 3) | st.integers(1, 255))]))
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
    mutation = data.draw(mutations(whole, dialect, behind=len(records[0])))
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


@given(data=st.data())
def lines_of_json_stand_alone(data: st.DataObject) -> None:
    rows = data.draw(tables(Dialect(), max_size=4).filter(bool))
    records = [jsonl_bytes([dict(zip(HEADERS, told(row), strict=True))]) for row in rows]
    mutation = data.draw(mutations(b"".join(records), Dialect(delimiter=":")))
    with narrow_desk() as desk:
        try:
            parsed = desk.parse(
                mutation.of(b"".join(records)), {"columns": Dialect().mapping["columns"]}, export=EXPORT, name="d.jsonl"
            )
        except DeliveryError:
            return
    if parsed.facts.conflicting_keys == 0:
        check(parsed, rows, [False, *(mutation.touches(span, 1) for span in spans(records))])


@given(data=st.data())
def packed_is_all_or_nothing(data: st.DataObject) -> None:
    file = data.draw(written_files().filter(lambda file: file.name.endswith(("gz", "zip", "xlsx"))))
    mutation = data.draw(mutations(file.data, Dialect()))
    with narrow_desk() as desk:
        try:
            parsed = desk.parse(mutation.of(file.data), file.mapping, export=EXPORT, name=file.name)
        except DeliveryError:
            return
    assert list(map(cells_of, parsed.rows)) == list(map(told, file.rows))


@given(data=st.data())
def a_checksum_tells(data: st.DataObject) -> None:
    rows = data.draw(tables(Dialect()))
    sent = b"".join(Dialect().records(rows))
    arrived = data.draw(mutations(sent, Dialect())).of(sent)
    with tempfile.TemporaryDirectory() as inbox:
        path = Path(inbox) / "salesforce" / "Account_2025-01-31.csv"
        path.parent.mkdir()
        path.write_bytes(arrived)
        path.with_name(f"{path.name}.sha256").write_text(hashlib.sha256(sent).hexdigest())
        found = find_deliveries(Path(inbox), contracts=load_contracts(), home_vendors=None, received_at=RECEIVED)
    assert (len(found.deliveries), len(found.problems)) == ((1, 0) if arrived == sent else (0, 1))


def test_only_records_that_hold_a_changed_byte_may_differ() -> None:
    """One stretch of bytes is changed anywhere in a file of any dialect: refused, or nothing else moves."""
    settings(max_examples=50, deadline=None)(only_touched_records_differ)()


def test_a_changed_line_of_json_changes_no_other() -> None:
    """JSON Lines: a line that is broken refuses the file, one that is not is itself."""
    settings(max_examples=25, deadline=None)(lines_of_json_stand_alone)()


def test_changed_bytes_of_what_is_packed_are_seen() -> None:
    """gzip, zip and workbooks carry checks of their own: the file is refused, or what is in it is what was sent."""
    settings(max_examples=25, deadline=None)(packed_is_all_or_nothing)()


def test_a_checksum_beside_the_file_tells_of_any_change() -> None:
    """With a delivered checksum no changed byte is taken in."""
    settings(max_examples=50, deadline=None)(a_checksum_tells)()


@pytest.mark.long
@pytest.mark.parametrize(
    "promise", [only_touched_records_differ, lines_of_json_stand_alone, packed_is_all_or_nothing, a_checksum_tells]
)
def test_many_changed_bytes(promise: Callable[[], None]) -> None:
    """Many more of each; MUTATIONS says how many."""
    examples = int(os.environ.get("MUTATIONS", "3000"))
    settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(promise)()
