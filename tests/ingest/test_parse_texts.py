"""Texts: ids, label tables, web domains; and what a rejected row tells."""

from __future__ import annotations

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
