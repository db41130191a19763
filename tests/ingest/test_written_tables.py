"""Any table, written in any dialect and encoding that a mapping can declare, is read as what it was."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from written_forms import Written, written_files
from written_tables import EXPORT, cells_of, dialects, narrow_desk, tables, told


@given(data=st.data())
def comes_back_equal(data: st.DataObject) -> None:
    dialect = data.draw(dialects())
    rows = data.draw(tables(dialect))
    with narrow_desk() as desk:
        parsed = desk.parse(b"".join(dialect.records(rows)), dialect.mapping, export=EXPORT)
    assert list(map(cells_of, parsed.rows)) == list(map(told, rows))


@given(file=written_files())
def form_comes_back_equal(file: Written) -> None:
    with narrow_desk() as desk:
        parsed = desk.parse(file.data, file.mapping, export=EXPORT, name=file.name)
    assert list(map(cells_of, parsed.rows)) == list(map(told, file.rows))


def test_a_written_table_comes_back_equal() -> None:
    """Delimiters, quotes, line ends, marks, encodings, blank lines: every cell of every record is what was written."""
    settings(max_examples=30, deadline=None)(comes_back_equal)()


def test_a_table_of_any_form_comes_back_equal() -> None:
    """JSON, JSON Lines, Parquet, workbooks; packed; in parts of one archive."""
    settings(max_examples=25, deadline=None)(form_comes_back_equal)()


@pytest.mark.long
def test_many_written_tables_come_back_equal() -> None:
    """Many more; TABLES says how many."""
    examples = int(os.environ.get("TABLES", "3000"))
    settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(comes_back_equal)()
    settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(form_comes_back_equal)()
