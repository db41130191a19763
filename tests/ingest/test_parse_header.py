"""Headers: columns are found by their exact names, wherever they stand."""

from __future__ import annotations

import json

import pytest
from ingest_desk import Desk

from ingest.errors import HeaderError


def test_order_of_columns_does_not_matter(desk: Desk) -> None:
    """A reordered header gives the same rows."""
    one = desk.parse("opportunity_id,stage,name\n1,Open,a\n").rows
    two = desk.parse("name,opportunity_id,stage\na,1,Open\n").rows
    assert one == two


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_shows_the_columns(desk: Desk, delimiter: str) -> None:
    """Without a declaration the header tells the delimiter."""
    text = delimiter.join(["opportunity_id", "stage", "name"]) + "\n" + delimiter.join(["1", "Open", "a"]) + "\n"
    assert desk.parse(text).facts.delimiter == delimiter


def test_a_missing_required_column_is_refused(desk: Desk) -> None:
    """The message names the column."""
    with pytest.raises(HeaderError, match='misses "stage"'):
        desk.parse("opportunity_id,name\n1,a\n")


def test_a_renamed_required_column_names_its_twin(desk: Desk) -> None:
    """The message names what it may be called now."""
    with pytest.raises(HeaderError, match=r'misses "stage" \(is "stages" its new name\?\)'):
        desk.parse("opportunity_id,stages\n1,Open\n")


def test_a_renamed_optional_column_is_refused_too(desk: Desk) -> None:
    """A column that would silently turn empty beside an unknown one of nearly its name is a rename."""
    with pytest.raises(HeaderError, match="lead_sources"):
        desk.parse("opportunity_id,stage,lead_sources\n1,Open,web\n")


def test_a_mapped_column_that_is_gone_is_refused(desk: Desk) -> None:
    """What a mapping reads must be there, unless it says optional."""
    columns = {"opportunity_id": "Id", "stage": "Stage", "route": {"from": "Route"}}
    with pytest.raises(HeaderError, match="Route"):
        desk.parse("Id,Stage\n1,Open\n", {"columns": columns})
    columns["route"] = {"from": "Route", "optional": True}
    assert desk.parse("Id,Stage\n1,Open\n", {"columns": columns}).rows[0]["route"] is None


def test_a_repeated_header_is_refused(desk: Desk) -> None:
    """Which of two columns counts cannot be told."""
    with pytest.raises(HeaderError, match='"stage" heads the columns 2, 3'):
        desk.parse("opportunity_id,stage,stage\n1,Open,Won\n")


def test_a_column_without_name_is_refused_unless_ignored(desk: Desk) -> None:
    """A trailing comma makes a column; the mapping may drop it."""
    with pytest.raises(HeaderError, match="column 3 has no name"):
        desk.parse("opportunity_id,stage,\n1,Open,\n")
    assert desk.parse("opportunity_id,stage,\n1,Open,\n", {"ignore_columns": [""]}).facts.extra_columns == ()


def test_unknown_columns_are_kept_and_reported(desk: Desk) -> None:
    """A new column is data: it is kept as JSON, without its empty cells, and named."""
    parsed = desk.parse('opportunity_id,stage,"new ""one""",x\n1,Open,5,\n2,Open,,\n')
    assert parsed.facts.extra_columns == ('new "one"', "x")
    assert json.loads(parsed.rows[0]["_extra"]) == {'new "one"': "5"}
    assert parsed.rows[1]["_extra"] is None


def test_ignored_columns_are_dropped_by_pattern(desk: Desk) -> None:
    """What the mapping names by pattern is neither kept nor reported."""
    parsed = desk.parse("opportunity_id,stage,tmp_a,tmp_b\n1,Open,5,6\n", {"ignore_columns": ["tmp_.*"]})
    assert (parsed.facts.extra_columns, parsed.rows[0]["_extra"]) == ((), None)


def test_a_header_is_never_sql(desk: Desk) -> None:
    """Names of columns are data, whatever they say."""
    name = "x'); drop table t; --"
    assert desk.parse(f"opportunity_id,stage,{name}\n1,Open,5\n").facts.extra_columns == (name,)


def test_a_header_whose_quotes_are_broken_is_refused(desk: Desk) -> None:
    """Quotes in pairs that stand where none may: no name can be told from the next."""
    with pytest.raises(HeaderError, match="a quote where none may stand"):
        desk.parse('"opportunity_id"-"stage"\n1,Open\n')
