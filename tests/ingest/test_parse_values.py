"""Values: each format reads what it says and nothing else; what cannot be read is a rejected row with its place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("001D000000IqhSLIAZ", "001D000000IqhSLIAZ"),
        ("001d000000iqhsl", "001d000000iqhslAAA"),
        ("001D000000IqhSLIAA", "rejected"),
        ("001D000000IqhS", "rejected"),
        ("001D000000Iqh-L", "rejected"),
    ],
)
def test_salesforce_ids(desk: Desk, text: str, value: object) -> None:
    """15 characters become 18, case kept; 18 must have the right check characters."""
    assert read(desk, "account_id", {"format": "salesforce_id"}, text) == value


@pytest.mark.parametrize(
    ("mapping", "text", "value"),
    [
        ({"regex": {"pattern": "^([A-Z]+)-"}}, "EMEA-17", "EMEA"),
        ({"regex": {"pattern": "^([A-Z]+)-"}}, "17", "rejected"),
        ({"regex": {"pattern": "^([A-Z]+)-", "unmatched": "empty"}}, "17", None),
        ({"lookup": {"W": "web", "": "none"}}, "W", "web"),
        ({"lookup": {"W": "web"}}, "E", "rejected"),
        ({"lookup": {"W": "web"}}, "", None),
        ({"lookup": {"W": "web"}, "otherwise": "other"}, "E", "other"),
        ({"lookup": {"W": "web"}, "otherwise": ""}, "E", None),
        ({"regex": {"pattern": "^.", "group": 0}, "lookup": {"W": "web"}}, "Wide", "web"),
        ({}, "  trimmed ", "trimmed"),
        ({}, "   ", None),
        ({"sentinels": ["none", "null"]}, "null", None),
        ({}, "null", "null"),
        ({}, "'; drop table x; --", "'; drop table x; --"),
    ],
)
def test_texts(desk: Desk, mapping: dict[str, Any], text: str, value: object) -> None:
    """Groups, label tables and sentinels, each as declared; empty text is no value."""
    assert read(desk, "lead_source", mapping, text) == value


def test_a_fixed_value_and_the_first_of_several(desk: Desk) -> None:
    """A value may be the same for all rows, or the first column that has one after sentinels."""
    columns = {
        "opportunity_id": "id",
        "stage": {"first_of": ["new", "old"], "sentinels": ["-"]},
        "currency": {"fixed": "USD"},
    }
    rows = desk.parse("id,new,old\n1,-,B\n2,A,B\n3,,\n", {"columns": columns}).rows
    assert [(row["stage"], row["currency"]) for row in rows] == [("B", "USD"), ("A", "USD"), (None, "USD")]


@pytest.mark.parametrize(
    ("text", "domain", "duns"),
    [
        ("https://www.Acme.co.uk/about?x=1", "acme.co.uk", "12-345-6789"),
        ("jo@mail.acme.com", "acme.com", "123456789"),
        ("acme.com", "acme.com", "123 456 789"),
        ("https://user@shop.acme.com:8443/", "acme.com", "123456789"),
        ("jo@gmail.com", None, "12345678"),
        ("localhost", None, "unknown"),
        ("192.168.0.1", None, ""),
    ],
)
def test_web_domains_and_duns(desk: Desk, text: str, domain: str | None, duns: str) -> None:
    """A domain is the registrable one, free mail belongs to nobody; a D-U-N-S number is nine digits or nothing."""
    columns = {
        "account_id": "id",
        "name": "id",
        "web_domain": {"from": "web", "format": "web_domain"},
        "duns": {"from": "duns", "format": "duns"},
    }
    row = desk.parse(f"id,web,duns\n1,{text},{duns}\n", {"columns": columns}, export="crm.accounts").rows[0]
    assert row["web_domain"] == domain
    digits = "".join(filter(str.isdigit, duns))
    assert row["duns"] == (digits if len(digits) == 9 else None)


def test_a_rejected_row_tells_rule_cell_record_and_line(desk: Desk) -> None:
    """Line numbers count the line breaks inside quotes and blank lines; record numbers do not."""
    text = 'opportunity_id,name,stage,amount\n1,"a\nb",Open,5\n\n2,c,Open,five\n,d,Open,6\n'
    parsed = desk.parse(text)
    told = [(r["rule"], r["column_name"], r["value"], r["record_number"], r["line_number"]) for r in parsed.rejected]
    assert told == [
        ("unreadable_value", "amount", "five", 2, 5),
        ("missing_key", "opportunity_id", None, 3, 6),
    ]
    assert '"amount":"five"' in parsed.rejected[0]["raw_record"]
