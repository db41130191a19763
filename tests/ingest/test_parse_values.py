"""Values: each format reads what it says and nothing else; what cannot be read is a rejected row with its place."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_desk import Desk


def read(desk: Desk, column: str, mapping: dict[str, Any], text: str) -> Any:
    """The value of one cell, or `rejected`."""
    columns = {"opportunity_id": "id", "stage": {"fixed": "Open"}, column: {"from": "x", **mapping}}
    quoted = text.replace('"', '""')
    parsed = desk.parse(f'id,x,days\n1,"{quoted}",30\n', {"columns": columns, "ignore_columns": ["days"]})
    return "rejected" if parsed.rejected else parsed.rows[0][column]


@pytest.mark.parametrize(
    ("mapping", "text", "value"),
    [
        ({}, "2025-02-28", date(2025, 2, 28)),
        ({}, "2025-02-30", "rejected"),
        ({}, "2025-2-28", "rejected"),
        ({}, "28/02/2025", "rejected"),
        ({}, "2025-02-28T10:00:00Z", "rejected"),
        ({}, "epoch", "rejected"),
        ({}, "infinity", "rejected"),
        ({}, "0025-02-28", "rejected"),
        ({"format": "%d/%m/%Y"}, "01/02/2025", date(2025, 2, 1)),
        ({"format": "%m/%d/%Y"}, "01/02/2025", date(2025, 1, 2)),
        ({"format": "%m/%d/%Y"}, "13/02/2025", "rejected"),
        ({"format": "%d/%m/%Y"}, "01/02/25", "rejected"),
        ({"format": "%d/%m/%Y"}, "epoch", "rejected"),
        ({"format": "iso_unpadded"}, "2025-2-3", date(2025, 2, 3)),
        ({"format": "iso_unpadded"}, "2025-2-3 3:15:52", date(2025, 2, 3)),
        ({"format": "iso_timestamp"}, "2025-02-03T23:30:00-05:00", date(2025, 2, 4)),
        ({"format": "epoch_ms"}, "1735689600000", date(2025, 1, 1)),
        ({"format": "epoch_ms", "sentinels": ["0"]}, "0", None),
        ({"sentinels": ["0000-00-00"]}, "0000-00-00", None),
        ({"sentinels": ["9999-12-31"]}, "9999-12-30", date(9999, 12, 30)),
        ({"plus_days": 30}, "2025-01-01", date(2025, 1, 31)),
        ({"plus_days_from": "days"}, "2025-01-01", date(2025, 1, 31)),
    ],
)
def test_dates(desk: Desk, mapping: dict[str, Any], text: str, value: object) -> None:
    """A date is read by its declared form; day and month are never guessed."""
    assert read(desk, "close_date", mapping, text) == value


@pytest.mark.parametrize(
    ("mapping", "text", "value"),
    [
        ({}, "2025-01-31T10:00:00Z", datetime(2025, 1, 31, 10)),
        ({}, "2025-01-31T10:00:00.250+0000", datetime(2025, 1, 31, 10, 0, 0, 250000)),
        ({}, "2025-01-31 10:00:00+05:30", datetime(2025, 1, 31, 4, 30)),
        ({}, "2025-01-31T10:00:00", "rejected"),
        ({}, "2025-01-31", "rejected"),
        ({}, "2025-01-31T25:00:00Z", "rejected"),
        ({"zone": "Europe/Berlin"}, "2025-07-01T10:00:00", datetime(2025, 7, 1, 8)),
        ({"zone": "Europe/Berlin"}, "2025-07-01T10:00:00Z", datetime(2025, 7, 1, 10)),
        ({"zone": "Europe/Berlin"}, "2025-07-01 10:00:00+05", datetime(2025, 7, 1, 5)),
        ({"zone": "UTC"}, "2025-07-01 10:00:00.5", datetime(2025, 7, 1, 10, 0, 0, 500000)),
        ({"zone": "UTC"}, "2025-07-01T10:00:00Z", datetime(2025, 7, 1, 10)),
        ({"zone": "UTC"}, "2025-07-01T10:00:00-0230", datetime(2025, 7, 1, 12, 30)),
        ({"zone": "UTC"}, "2025-02-30T10:00:00", "rejected"),
        ({"zone": "UTC"}, "2025-07-01", "rejected"),
        ({"zone": "UTC"}, "epoch", "rejected"),
        ({"format": "%d.%m.%Y %H:%M", "zone": "Europe/Berlin"}, "01.07.2025 10:00", datetime(2025, 7, 1, 8)),
        ({"format": "%d.%m.%Y %H:%M %z"}, "01.07.2025 10:00 +0200", datetime(2025, 7, 1, 8)),
        ({"format": "iso_unpadded", "zone": "UTC"}, "2020-12-30 3:15:52", datetime(2020, 12, 30, 3, 15, 52)),
        ({"format": "iso_unpadded", "zone": "UTC"}, "2020-12-30", "rejected"),
        ({"format": "epoch_s"}, "1735689600", datetime(2025, 1, 1)),
        ({"format": "epoch_ms"}, "1735689600001", datetime(2025, 1, 1, 0, 0, 0, 1000)),
        ({"format": "epoch_ms"}, "0", datetime(1970, 1, 1)),
        ({"format": "epoch_ms"}, "soon", "rejected"),
        ({"format": "epoch_s", "sentinels": ["0", "2147483647"]}, "2147483647", None),
    ],
)
def test_timestamps(desk: Desk, mapping: dict[str, Any], text: str, value: object) -> None:
    """A time becomes UTC without zone; without zone in the text or the mapping it cannot be read."""
    assert read(desk, "created_at", mapping, text) == value


@pytest.mark.parametrize(
    ("mapping", "text", "value"),
    [
        ({}, "1234.5", Decimal("1234.50")),
        ({}, "1.25E7", Decimal("12500000.00")),
        ({}, "-3", Decimal("-3.00")),
        ({}, "1,234.50", "rejected"),
        ({}, "1_000", "rejected"),
        ({}, "NaN", "rejected"),
        ({}, "inf", "rejected"),
        ({}, "99999999999999999999", "rejected"),
        ({"thousands": ","}, "1,234,567.50", Decimal("1234567.50")),
        ({"thousands": ","}, "12,34.5", "rejected"),
        ({"thousands": ".", "decimal": ","}, "1.234,50", Decimal("1234.50")),
        ({"thousands": ".", "decimal": ","}, "1234,50", Decimal("1234.50")),
        ({"thousands": ".", "decimal": ","}, "1234.50", "rejected"),
        ({"thousands": " ", "decimal": ","}, "1 234,5", Decimal("1234.50")),
        ({"format": "cents"}, "123456", Decimal("1234.56")),
        ({"format": "cents"}, "-5", Decimal("-0.05")),
        ({"format": "cents"}, "12.5", "rejected"),
        ({"sentinels": ["N/A", "-"]}, "-", None),
    ],
)
def test_money(desk: Desk, mapping: dict[str, Any], text: str, value: object) -> None:
    """An amount is exact; separators and cents are declared."""
    assert read(desk, "amount", mapping, text) == value


@pytest.mark.parametrize(
    ("mapping", "text", "value"),
    [
        ({"format": "percent"}, "40", Decimal("0.4")),
        ({"format": "percent"}, "1000", Decimal("10")),
        ({}, "0.4", Decimal("0.4")),
    ],
)
def test_probability(desk: Desk, mapping: dict[str, Any], text: str, value: object) -> None:
    """Percent becomes a fraction; one of 1000 stays 10 for the gate to refuse."""
    assert read(desk, "probability", mapping, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("12.0", 12), ("12.5", "rejected"), ("0x10", "rejected"), ("twelve", "rejected")],
)
def test_integers(desk: Desk, text: str, value: object) -> None:
    """Whole numbers only, and never rounded."""
    assert read(desk, "term_months", {}, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TRUE", True),
        ("yes", True),
        ("Y", True),
        ("1", True),
        ("on", True),
        ("false", False),
        ("No", False),
        ("0", False),
        ("off", False),
        ("", None),
        ("2", "rejected"),
        ("maybe", "rejected"),
    ],
)
def test_booleans(desk: Desk, text: str, value: object) -> None:
    """Two closed sets; anything else is rejected."""
    assert read(desk, "is_won", {}, text) == value


def checked(text: str) -> str:
    """The id of 18 characters, character by character; `rejected` where it is none."""
    if not re.fullmatch("[0-9A-Za-z]{15}([0-9A-Z]{3})?", text):
        return "rejected"
    fives = (text[0:5], text[5:10], text[10:15])
    places = (sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z") for five in fives)
    full = text[:15] + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[place] for place in places)
    return full if text in (full, full[:15]) else "rejected"


LETTERS = st.sampled_from("AMZamz059") | st.sampled_from("@[`{/:-_Éé\U0001f600")
IDS = st.text(st.sampled_from("AMZamz059"), min_size=15, max_size=15)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    right=st.lists(IDS, min_size=1, max_size=30), other=st.lists(st.text(LETTERS, min_size=1, max_size=19), max_size=30)
)
def test_ids_of_salesforce(desk: Desk, right: list[str], other: list[str]) -> None:
    """15 characters get their check characters, 18 must have the right ones, and nothing else is an id."""
    texts = [*right, *map(checked, right), *(text + "AAA" for text in right), *other]
    columns = {
        "opportunity_id": "n",
        "stage": {"fixed": "Open"},
        "account_id": {"from": "x", "format": "salesforce_id"},
    }
    lines = "".join(f"{n},{text}\n" for n, text in enumerate(texts))
    parsed = desk.parse("n,x\n" + lines, {"columns": columns})
    found = {int(row["opportunity_id"]): row["account_id"] for row in parsed.rows}
    assert [found.get(n, "rejected") for n in range(len(texts))] == [checked(text) for text in texts]
