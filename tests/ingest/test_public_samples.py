"""Public samples come in through a mapping file alone, with the answers that are known of them."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from ingest_desk import RECEIVED, Warehouse, accept

from ingest.delivery import LoadResult
from ingest.inbox import find_deliveries
from ingest.load import take_in

PROJECT = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("PARTNER_KPI_SAMPLES", PROJECT.parent / "shared" / "data"))

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not here")


def take_all(warehouse: Warehouse, instance: str, folder: str) -> list[LoadResult]:
    """Every file of the folder is claimed by the mapping or said to be no export; no row is lost without a word."""
    inbox = warehouse.desk.folder / "inbox"
    inbox.mkdir()
    (inbox / instance).symlink_to(SAMPLES / folder)
    found = find_deliveries(
        inbox,
        contracts=warehouse.desk.contracts,
        home_vendors=PROJECT / "tests" / "fixtures" / "vendors",
        received_at=RECEIVED,
    )
    assert found.problems == ()
    results = [
        take_in(
            delivery,
            connection=warehouse.connection,
            home=warehouse.home,
            contract=warehouse.desk.contracts.exports[delivery.export],
            audit=accept,
            suite_version="1",
            run_id="run",
        )
        for delivery in found.deliveries
    ]
    for result in results:
        assert result.verdict == "accepted", result.reason
        assert result.rows_in == result.rows_accepted + result.rows_rejected + result.rows_collapsed
    assert warehouse.query("select load_seq, rule, column_name, value from ledger.rejected_rows") == []
    return results


def test_a_whole_crm_that_nobody_here_made(warehouse: Warehouse) -> None:
    """8,800 opportunities and 85 accounts, with the known stages, amounts and gaps."""
    results = take_all(warehouse, "maven", "maven_crm")
    assert {result.extra_columns for result in results} == {()}
    by_stage = (
        "select stage, is_closed, is_won, count(*), sum(amount) from raw_crm.opportunities group by all order by 4"
    )
    assert warehouse.query(by_stage) == [
        ("Prospecting", False, False, 500, None),
        ("Engaging", False, False, 1589, None),
        ("Lost", True, False, 2473, Decimal("0.00")),
        ("Won", True, True, 4238, Decimal("10005534.00")),
    ]
    facts = "select count(*) filter (account_id is null), count(created_date), min(currency), max(_valid_from)"
    assert warehouse.query(facts + " from raw_crm.opportunities") == [(1425, 8300, "USD", date(2017, 12, 31))]
    orphans = "select count(*) from raw_crm.accounts where parent_account_id not in (select name from raw_crm.accounts)"
    assert warehouse.query("select count(*), count(parent_account_id) from raw_crm.accounts") == [(85, 15)]
    assert warehouse.query(orphans) == [(0,)]


def test_the_reference_rates_of_the_central_bank(warehouse: Warehouse) -> None:
    """Wide currencies become rows, `N/A` none; the newest day is the as-of date."""
    take_all(warehouse, "ecb", "ecb")
    text = (SAMPLES / "ecb" / "eurofxref-hist.csv").read_text()
    head, *lines = [line.split(",")[:-1] for line in text.splitlines()]
    rates = {(line[0], head[at]): line[at] for line in lines for at in range(1, len(head)) if line[at] != "N/A"}
    taken = warehouse.query("select cast(rate_date as varchar), currency, units_per_eur from raw_finance.fx_rates")
    assert {(day, currency): rate for day, currency, rate in taken} == {k: Decimal(v) for k, v in rates.items()}
    assert warehouse.query("select distinct _valid_from from raw_finance.fx_rates") == [
        (date.fromisoformat(max(day for day, _ in rates)),)
    ]


# Rows taken in of each file, and the exact copies among them. Every record of every file is there.
LOADED = {
    "fivetran_zendesk": {
        "organization_data.csv": (10, 0),
        "ticket_data.csv": (10, 0),
        "ticket_field_history_data.csv": (38, 3),
        "ticket_comment_data.csv": (20, 0),
        "schedule_data.csv": (5, 0),
        "schedule_holiday_data.csv": (2, 0),
        "sla_policy_metric_history_data.csv": (22, 0),
    },
    "fivetran_hubspot": {
        "company_data.csv": (24, 0),
        "deal_data.csv": (44, 0),
        "deal_stage_data.csv": (14, 0),
        "ticket_data.csv": (25, 0),
    },
    "fivetran_servicenow": {
        "core_company_data.csv": (1, 0),
        "incident_data.csv": (1, 0),
        "task_data.csv": (1, 0),
        "task_sla_data.csv": (1, 0),
    },
    "fivetran_salesforce": {
        "sf_account_data.csv": (10, 0),
        "sf_opportunity_data.csv": (10, 0),
        "sf_opportunity_history_data.csv": (10, 0),
    },
}


@pytest.mark.parametrize("folder", sorted(LOADED))
def test_a_loaders_tables_come_in_whole(warehouse: Warehouse, folder: str) -> None:
    """As many rows as another reader counts in the file; what is not read is a file that the mapping names."""
    results = take_all(warehouse, folder, folder)
    assert {r.file_name: (r.rows_in, r.rows_collapsed) for r in results} == LOADED[folder]
    for result in results:
        assert len(_rows(f"{folder}/{result.file_name}")) == result.rows_in, result.file_name


def test_zendesk_tables_say_events_hours_and_promises(warehouse: Warehouse) -> None:
    """Two files give the events; minutes of the week in a zone by Rails' name become a calendar, metrics promises."""
    take_all(warehouse, "fivetran_zendesk", "fivetran_zendesk")
    fields = _rows("fivetran_zendesk/ticket_field_history_data.csv")
    kinds = {"status": "status", "priority": "priority", "assignee_id": "assignment"}
    told = {tuple(v for k, v in row.items() if not k.startswith("_")): row["field_name"] for row in fields}
    expected = Counter(kinds.get(name, "other") for name in told.values())
    # The comments' table does not say who wrote them.
    expected["other"] += len(_rows("fivetran_zendesk/ticket_comment_data.csv"))
    taken = warehouse.query("select event_type, count(*) from raw_support.ticket_events group by 1")
    assert dict(taken) == expected
    hours = "select opens_minute, closes_minute from raw_policy.business_hours order by 1"
    assert warehouse.query("select distinct calendar_id, time_zone from raw_policy.business_hours") == [
        ("zendesk-360000310393", "America/Los_Angeles")
    ]
    assert warehouse.query(hours) == [(1920 + day * 1440, 2640 + day * 1440) for day in range(5)]
    holidays = "select calendar_id, first_date, last_date from raw_policy.business_holidays order by 2"
    assert warehouse.query(holidays) == [
        ("zendesk-360000", date(2022, 12, 26), date(2022, 12, 27)),
        ("zendesk-360000", date(2022, 12, 29), date(2022, 12, 29)),
    ]
    names = {
        "first_reply_time": "first_response",
        "next_reply_time": "next_response",
        "requester_wait_time": "resolution",
    }
    units = {"TRUE": "business_minutes", "FALSE": "calendar_minutes"}
    promises = "select metric, target_unit, priority, cast(target as integer) from raw_policy.sla_policies order by all"
    assert warehouse.query(promises) == sorted(
        (names[row["metric"]], units[row["business_hours"]], row["priority"], int(row["target"]))
        for row in _rows("fivetran_zendesk/sla_policy_metric_history_data.csv")
    )
    assert warehouse.query("select count(*) filter (is_deleted), count(*) from raw_support.tickets") == [(2, 10)]


def test_servicenow_says_how_long_and_so_when(warehouse: Warehouse) -> None:
    """The clock's start and its duration, counted from 1970, give the end that the table has in another column."""
    take_all(warehouse, "fivetran_servicenow", "fivetran_servicenow")
    ended = datetime(2016, 12, 12, 17, 57)
    assert warehouse.query("select occurred_at from raw_support.ticket_events") == [(ended,)]
    assert [row["end_time"] for row in _rows("fivetran_servicenow/task_sla_data.csv")] == [str(ended)]
    tickets = "select status, priority, opened_at from raw_support.tickets order by opened_at"
    assert warehouse.query(tickets) == [
        ("4", "low", datetime(2021, 4, 28, 22, 40, 25)),
        ("New", None, datetime(2023, 6, 2, 22, 5, 30)),
    ]


def test_a_probability_of_a_thousand_stays_one_that_the_gate_refuses(warehouse: Warehouse) -> None:
    """1000 percent becomes 10, above the contract's 1, and never a plausible number."""
    take_all(warehouse, "fivetran_salesforce", "fivetran_salesforce")
    shares = "select probability, count(*) from raw_crm.opportunities where probability > 1 group by 1"
    assert warehouse.query(shares) == [(Decimal(10), 1)]
    contract = warehouse.desk.contracts.exports["crm.opportunities"].column("probability")
    assert contract.maximum == 1


def test_hubspot_times_are_read_without_padding(warehouse: Warehouse) -> None:
    """`2021-01-07 6:49:18` is a time; the open end of 2050 is no event."""
    take_all(warehouse, "fivetran_hubspot", "fivetran_hubspot")
    first = "select min(changed_at), count(distinct opportunity_id), count(*) from raw_crm.opportunity_history"
    assert warehouse.query(first) == [(datetime(2021, 1, 7, 6, 49, 18), 14, 14)]
    assert warehouse.query("select count(created_at), max(year(created_at)) from raw_crm.accounts") == [(24, 2020)]


def _rows(sample: str) -> list[dict[str, str]]:
    with (SAMPLES / sample).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
