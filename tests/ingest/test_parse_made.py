"""Values that stand in no cell: numbers by order, stops from durations, texts for what is given, prefixes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_desk import Desk, Parsed

from ingest.errors import HeaderError

NUMBERED = {
    "mode": "snapshot",
    "columns": {
        "learner_id": "who",
        "course_id": "what",
        "attempt": {"number": {"within": ["learner_id", "course_id"], "order_by": "enrolled_at"}},
        "enrolled_at": {"from": "at", "format": "epoch_s"},
        "status": {"fixed": "enrolled"},
        "score": {"from": "score", "optional": True},
    },
}


def enrolled(desk: Desk, text: str) -> Parsed:
    return desk.parse(text, NUMBERED, export="lms.enrollments")


def attempts(parsed: Parsed) -> list[tuple[str, str, int, int]]:
    return sorted(
        (row["learner_id"], row["course_id"], int(row["enrolled_at"].timestamp()), row["attempt"])
        for row in parsed.rows
    )


def test_attempts_are_numbered_by_their_order_wherever_they_stand(desk: Desk) -> None:
    """Within learner and course, whatever the order of the file."""
    parsed = enrolled(desk, "who,what,at\na,x,300\na,x,100\na,y,200\nb,x,50\na,x,200\n")
    assert [(who, what, number) for who, what, _, number in attempts(parsed)] == [
        ("a", "x", 1), ("a", "x", 2), ("a", "x", 3), ("a", "y", 1), ("b", "x", 1),
    ]  # fmt: skip


def test_rows_of_one_moment_are_one_attempt(desk: Desk) -> None:
    """Copies collapse and take no number away; rows that differ are a conflict, which the gate judges."""
    copies = enrolled(desk, "who,what,at,score\na,x,100,1\na,x,100,1\na,x,200,1\n")
    assert (copies.facts.rows_collapsed, copies.facts.conflicting_keys) == (1, 0)
    assert [row["attempt"] for row in copies.rows] == [1, 2]
    assert enrolled(desk, "who,what,at,score\na,x,100,1\na,x,100,2\n").facts.conflicting_keys == 1


def test_a_row_that_nothing_orders_has_no_number_and_is_rejected(desk: Desk) -> None:
    """Its key cannot be told; the others keep their numbers, also where another row cannot be read."""
    parsed = enrolled(desk, "who,what,at,score\na,x,,1\na,x,100,bad\na,x,200,1\n")
    assert [(entry["rule"], entry["column_name"]) for entry in parsed.rejected] == [
        ("missing_key", "attempt"),
        ("unreadable_value", "score"),
    ]
    assert [row["attempt"] for row in parsed.rows] == [2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 6)), min_size=1, max_size=12))
def test_numbers_follow_from_the_set_of_rows(desk: Desk, rows: list[tuple[str, str, int]]) -> None:
    """The second way: the n-th distinct moment of a learner and course is attempt n."""
    parsed = enrolled(desk, "who,what,at\n" + "".join(f"{who},{what},{at}\n" for who, what, at in rows))
    expected = []
    for who, what in {(who, what) for who, what, _ in rows}:
        moments = sorted({at for name, course, at in rows if (name, course) == (who, what)})
        expected += [(who, what, at, number) for number, at in enumerate(moments, start=1)]
    assert [(who, what, number) for who, what, _, number in attempts(parsed)] == [
        (who, what, number) for who, what, _, number in sorted(expected)
    ]


def answered(desk: Desk, unit: str, text: str) -> Any:
    """When something of 10:00 ended that took `text`, or `rejected`."""
    column = {"from": "start", "zone": "UTC", "plus_duration": {"from": "took", "unit": unit}}
    columns = {"opportunity_id": "id", "stage": {"fixed": "Open"}, "created_at": column}
    parsed = desk.parse(f"id,start,took\n1,2025-01-31T10:00:00,{text}\n", {"columns": columns})
    return "rejected" if parsed.rejected else parsed.rows[0]["created_at"]


@pytest.mark.parametrize(
    ("unit", "text", "stop"),
    [
        ("since_1970", "1970-01-01 02:37:03", datetime(2025, 1, 31, 12, 37, 3)),
        ("since_1970", "1970-01-02 00:00:00", datetime(2025, 2, 1, 10)),
        ("since_1970", "1969-12-31 23:00:00", "rejected"),
        ("since_1970", "90", "rejected"),
        ("minutes", "90", datetime(2025, 1, 31, 11, 30)),
        ("minutes", "0.5", datetime(2025, 1, 31, 10, 0, 30)),
        ("minutes", "-5", "rejected"),
        ("minutes", "1970-01-01 02:37:03", "rejected"),
        ("seconds", "90", datetime(2025, 1, 31, 10, 1, 30)),
        ("seconds", "999999999999", "rejected"),
        ("milliseconds", "1500", datetime(2025, 1, 31, 10, 0, 1, 500000)),
        ("milliseconds", "", None),
    ],
)
def test_a_duration_gives_the_stop(desk: Desk, unit: str, text: str, stop: object) -> None:
    """Added to the start in its declared unit; without a duration there is no stop yet."""
    assert answered(desk, unit, text) == stop


GIVEN = {
    "columns": {
        "opportunity_id": "id",
        "stage": {
            "first_of": ["said", "lost_at", "opened_at"],
            "given": {"lost_at": "Lost", "opened_at": "Open"},
            "sentinels": ["-"],
        },
    }
}


def test_a_text_for_what_is_given(desk: Desk) -> None:
    """The first header with a value counts: its own text, or the one that the mapping gives it; a sentinel is none."""
    text = "id,said,lost_at,opened_at\n1,Won,2025,2024\n2,,2025,2024\n3,-,-,2024\n4,,,\n"
    assert [row["stage"] for row in desk.parse(text, GIVEN).rows] == ["Won", "Lost", "Open", None]


def test_of_several_headers_one_must_be_there(desk: Desk) -> None:
    """A file with none of them is refused, unless the column is optional."""
    assert desk.parse("id,opened_at\n1,2024\n", GIVEN).rows[0]["stage"] == "Open"
    with pytest.raises(HeaderError, match='misses "said" or "lost_at" or "opened_at"'):
        desk.parse("id,other\n1,2024\n", GIVEN)
    columns = {"opportunity_id": "id", "stage": {"fixed": "x"}, "owner": {"first_of": ["a", "b"], "optional": True}}
    assert desk.parse("id\n1\n", {"columns": columns}).rows[0]["owner"] is None


def test_prefixes_and_labels_that_stay(desk: Desk) -> None:
    """A prefix stands before what the table gives; a text that the table does not have may stay as it is."""
    columns = {
        "opportunity_id": {"from": "id", "prefix": "deal-"},
        "stage": {"from": "stage", "lookup": {"1": "Open"}, "keep_others": True, "prefix": "s:"},
        "owner": {"from": "owner", "prefix": "o-"},
    }
    rows = desk.parse("id,stage,owner\n7,1,\n8,Custom,x\n", {"columns": columns}).rows
    assert [(row["opportunity_id"], row["stage"], row["owner"]) for row in rows] == [
        ("deal-7", "s:Open", None),
        ("deal-8", "s:Custom", "o-x"),
    ]


def test_a_prefix_gives_no_key_to_a_row_without_one(desk: Desk) -> None:
    """An empty id stays empty."""
    columns = {"opportunity_id": {"from": "id", "prefix": "deal-"}, "stage": {"fixed": "Open"}}
    assert [entry["rule"] for entry in desk.parse("id,x\n,1\n", {"columns": columns}).rejected] == ["missing_key"]


def test_a_filter_of_a_header_that_may_be_missing(desk: Desk) -> None:
    """Without the header every row belongs; without `optional` the file is refused."""
    rows = [{"column": "gone", "not_in": ["true"], "optional": True}]
    assert len(desk.parse("opportunity_id,stage\n1,a\n2,b\n", {"rows": rows}).rows) == 2
    assert len(desk.parse("opportunity_id,stage,gone\n1,a,true\n2,b,\n", {"rows": rows}).rows) == 1
    with pytest.raises(HeaderError, match='misses "gone"'):
        desk.parse("opportunity_id,stage\n1,a\n", {"rows": [{"column": "gone", "not_in": ["true"]}]})
