"""Rows: filters, unpivoting, made keys and duplicates. No row is lost without being counted somewhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_desk import Desk

from ingest.errors import AsOfError, HeaderError
from ingest.parse import parse_delivery
from ingest.warehouse import Limits

HEAD = "opportunity_id,stage,amount\n"


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([{"column": "kind", "in": ["a", "b"]}], ["1", "2"]),
        ([{"column": "kind", "not_in": ["a"]}], ["2", "3", "4"]),
        ([{"column": "kind", "not_empty": True}], ["1", "2", "4"]),
        ([{"column": "kind", "not_empty": True}, {"column": "kind", "not_in": ["c"]}], ["1", "2"]),
    ],
)
def test_row_filters(desk: Desk, rows: list[dict[str, object]], kept: list[str]) -> None:
    """Rows that a filter leaves out are no part of the export, neither rejected nor counted."""
    text = "opportunity_id,stage,kind\n1,x,a\n2,x,b\n3,x,\n4,x,c\n"
    parsed = desk.parse(text, {"rows": rows, "ignore_columns": ["kind"]})
    assert [row["opportunity_id"] for row in parsed.rows] == kept
    assert parsed.facts.rows_in == len(kept)


def test_a_flag_becomes_a_row_of_another_export(desk: Desk) -> None:
    """An export may take only the rows of a file that carry a flag."""
    mapping = {
        "rows": [{"column": "registered", "in": ["true"]}],
        "columns": {
            "registration_id": {"from": "id", "regex": {"pattern": ".+", "group": 0}},
            "partner_id": "partner",
            "submitted_at": {"from": "at", "format": "epoch_s"},
            "status": {"fixed": "approved"},
        },
    }
    text = "id,partner,at,registered\n1,p,1735689600,true\n2,p,1735689600,false\n"
    assert [row["registration_id"] for row in desk.parse(text, mapping, export="prm.deal_registrations").rows] == ["1"]


WIDE = {
    "unpivot": {"pattern": "rate_([A-Z]{3})", "name": "code", "value": "rate", "sentinels": ["N/A"]},
    "columns": {"rate_date": "day", "currency": "code", "units_per_eur": "rate"},
}


def test_wide_columns_become_rows(desk: Desk) -> None:
    """Each wide cell with a value gives a row, named by the pattern's group; bad cells are rejected one by one."""
    text = "day,rate_USD,rate_GBP,rate_CHF\n2025-01-02,1.1,N/A,\n2025-01-03,1.2,x,0.9\n"
    parsed = desk.parse(text, WIDE, export="finance.fx_rates")
    assert [(row["currency"], row["units_per_eur"]) for row in parsed.rows] == [
        ("USD", Decimal("1.1")),
        ("USD", Decimal("1.2")),
        ("CHF", Decimal("0.9")),
    ]
    assert [(row["value"], row["line_number"]) for row in parsed.rejected] == [("x", 3)]


def test_a_file_without_wide_columns_is_refused(desk: Desk) -> None:
    """A pattern that fits no column would give an empty export."""
    with pytest.raises(HeaderError, match="a column like"):
        desk.parse("day,usd\n2025-01-02,1\n", WIDE, export="finance.fx_rates")


def test_the_as_of_date_may_stand_in_a_column(desk: Desk) -> None:
    """The newest value counts; without a row there is none."""
    mapping = {"as_of": {"column": "rate_date"}}
    head = "rate_date,currency,units_per_eur\n"
    parsed = desk.parse(head + "2025-01-03,USD,1\n2025-01-02,USD,1\n", mapping, export="finance.fx_rates", as_of=None)
    assert parsed.facts.as_of_date == date(2025, 1, 3)
    with pytest.raises(AsOfError, match="no row has a rate_date"):
        desk.parse(head, mapping, export="finance.fx_rates", as_of=None)


def test_identical_rows_collapse_and_conflicting_ones_are_counted(desk: Desk) -> None:
    """Two identical rows are one; two that differ for a key stay for the gate to refuse."""
    parsed = desk.parse(HEAD + "1,Open,5\n1,Open,5\n2,Open,5\n2,Won,5\n3,Won,1\n")
    facts = parsed.facts
    assert (facts.rows_in, facts.rows_accepted, facts.rows_collapsed, facts.conflicting_keys) == (5, 4, 1, 1)


def test_conflicting_rows_may_be_rejected(desk: Desk) -> None:
    """With `reject` no row of a conflicting key is taken, and each is told with its line."""
    parsed = desk.parse(HEAD + "1,Open,5\n2,Open,5\n2,Won,5\n", {"on_duplicate": "reject"})
    assert [row["opportunity_id"] for row in parsed.rows] == ["1"]
    assert [(row["rule"], row["line_number"]) for row in parsed.rejected] == [
        ("conflicting_duplicate", 3),
        ("conflicting_duplicate", 4),
    ]


def test_the_latest_row_of_a_key_may_win(desk: Desk) -> None:
    """With `keep_last_by` the greatest value stays, by its type and not by its text."""
    keep = {
        "on_duplicate": {"keep_last_by": {"from": "saved", "format": "%d/%m/%Y"}},
        "ignore_columns": ["saved"],
    }
    text = "opportunity_id,stage,saved\n1,Won,02/03/2025\n1,Lost,28/02/2025\n1,Open,\n2,Open,01/01/2025\n"
    parsed = desk.parse(text, keep)
    assert [(row["opportunity_id"], row["stage"]) for row in parsed.rows] == [("1", "Won"), ("2", "Open")]
    assert (parsed.facts.rows_collapsed, parsed.facts.conflicting_keys) == (2, 0)
    assert "_order" not in parsed.rows[0]


@pytest.mark.parametrize("mapping", [{}, {"rows": [{"column": "opportunity_id", "not_empty": True}]}])
def test_many_threads_number_the_records_as_they_stand(tmp_path: Path, mapping: dict[str, Any]) -> None:
    """The place of a row in the file stays, with and without counting, over many batches of several threads."""
    many = 1_000_000
    lines = [f"{n},{'x' * (n % 40)},{'?' if n % 100_000 == 0 else n}\n" for n in range(1, many + 1)]
    desk = Desk(folder=tmp_path, limits=Limits(threads=8))
    delivery = desk.delivery(HEAD + "".join(lines), mapping, export="crm.opportunities", as_of="2025-01-31")
    parsed = parse_delivery(delivery, desk.contracts.exports["crm.opportunities"], tmp_path / "out", limits=desk.limits)
    numbered = duckdb.sql(
        "select count(*), count(*) filter (_record_number = cast(opportunity_id as BIGINT)), count(distinct"
        f" _record_number) from read_parquet('{parsed.parquet}')"
    )
    assert numbered.fetchall() == [(many - 10, many - 10, many - 10)]
    rejected = duckdb.sql(f"select record_number, line_number from read_parquet('{parsed.rejected}') order by all")
    assert rejected.fetchall() == [(n, n + 1) for n in range(100_000, many + 1, 100_000)]


def test_row_numbers_as_keys_never_collapse(desk: Desk) -> None:
    """Where nothing identifies a row, its number does, within its delivery."""
    columns = {"opportunity_id": "deal", "stage": "stage"}
    parsed = desk.parse(
        "deal,stage\n1,a\n1,a\n", {"key": "row_number", "columns": columns}, export="crm.opportunity_history"
    )
    assert [row["history_id"] for row in parsed.rows] == ["2025-01-31-1", "2025-01-31-2"]


def test_row_hashes_as_keys_collapse_identical_rows(desk: Desk) -> None:
    """A hash of the row is the same in every delivery, so that a row is taken once."""
    columns = {"opportunity_id": "deal", "stage": "stage"}
    mapping = {"key": "row_hash", "columns": columns}
    parsed = desk.parse("deal,stage\n1,a\n1,a\n1,b\n", mapping, export="crm.opportunity_history")
    again = desk.parse("stage,deal\nb,1\n", mapping, export="crm.opportunity_history")
    assert (parsed.facts.rows_collapsed, len(parsed.rows)) == (1, 2)
    assert again.rows[0]["history_id"] == parsed.rows[1]["history_id"]


def test_a_mapping_may_change_the_key(desk: Desk) -> None:
    """Another key decides what is a duplicate."""
    parsed = desk.parse(HEAD + "1,Open,5\n1,Won,5\n", {"key": ["opportunity_id", "stage"]})
    assert (parsed.facts.conflicting_keys, parsed.facts.key) == (0, ("opportunity_id", "stage"))


def test_the_row_hash_does_not_know_how_a_file_was_written(desk: Desk) -> None:
    """Order of columns, quotes and number formats do not make a new version of a row."""
    one = desk.parse("opportunity_id,stage,amount,owner\n1,Open,5,\n").rows[0]["_row_hash"]
    two = desk.parse('stage,amount,opportunity_id\n"Open",5.00,1\n').rows[0]["_row_hash"]
    assert one == two


CELLS = st.sampled_from(["", "1", "2", "3", "x", 'a"b', "a,b", "a\nb", "5.0", " 5 "])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12),
    policy=st.sampled_from(["collapse_identical", "reject"]),
)
def test_every_row_is_accepted_rejected_or_collapsed(desk: Desk, rows: list[tuple[str, str, str]], policy: str) -> None:
    """Whatever stands in the cells, the counts add up to the records written (the desk checks the sum)."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    parsed = desk.parse(HEAD + "".join(line + "\n" for line in quoted), {"on_duplicate": policy})
    assert parsed.facts.rows_in == len(rows)
