"""Public samples come in through a mapping file alone, with the answers that are known of them."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from ingest_desk import RECEIVED, Warehouse, accept

from ingest.inbox import find_deliveries
from ingest.load import take_in

PROJECT = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("PARTNER_KPI_SAMPLES", PROJECT.parent / "shared" / "data"))

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not here")


def take_all(warehouse: Warehouse, instance: str, folder: str) -> None:
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
    for delivery in found.deliveries:
        result = take_in(
            delivery,
            connection=warehouse.connection,
            home=warehouse.home,
            contract=warehouse.desk.contracts.exports[delivery.export],
            audit=accept,
            suite_version="1",
            run_id="run",
        )
        assert (result.verdict, result.rows_rejected, result.extra_columns) == ("accepted", 0, ())


def test_a_whole_crm_that_nobody_here_made(warehouse: Warehouse) -> None:
    """8,800 opportunities and 85 accounts, with the known stages, amounts and gaps."""
    take_all(warehouse, "maven", "maven_crm")
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
