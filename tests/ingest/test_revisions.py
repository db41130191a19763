"""Corrections of one date: the highest declared revision holds, and the ledger of an older version learns of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ingest_desk import RECEIVED, Desk, Warehouse, accept

from ingest.archive_check import check_rows_held
from ingest.history_check import check_history
from ingest.inbox import find_deliveries
from ingest.ledger import bring_up_to_date, read_loads
from ingest.load import take_in
from ingest.warehouse import open_warehouse

MAPPING = """
files:
  - pattern: deals_{as_of}_v{revision}.csv
    exports:
      crm.opportunities: {mode: snapshot}
"""
TEXTS = {1: "A,First\nB,First\n", 2: "A,Second\nB,First\n", 3: "A,Third\n"}


@pytest.fixture
def warehouse(tmp_path: Path):
    desk = Desk(folder=tmp_path)
    with open_warehouse(tmp_path / "home" / "warehouse.duckdb", contracts=desk.contracts) as connection:
        yield Warehouse(desk=desk, home=tmp_path / "home", connection=connection)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (3, 2, 1)])
def test_the_highest_revision_of_a_date_holds_in_whatever_order_they_come(
    warehouse: Warehouse, tmp_path: Path, order: tuple[int, ...]
) -> None:
    for folder in ("inbox/one", "vendors"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "vendors" / "one.yaml").write_text(MAPPING)
    contracts = warehouse.desk.contracts
    for revision in order:
        path = tmp_path / "inbox" / "one" / f"deals_2025-01-31_v{revision}.csv"
        path.write_text("opportunity_id,stage\n" + TEXTS[revision])
        found = find_deliveries(
            tmp_path / "inbox", contracts=contracts, home_vendors=tmp_path / "vendors", received_at=RECEIVED
        )
        (delivery,) = found.deliveries
        assert delivery.revision == revision
        taken = take_in(
            delivery, connection=warehouse.connection, home=warehouse.home, audit=accept, run_id="run",
            contract=contracts.exports["crm.opportunities"], suite_version="1",
        )  # fmt: skip
        assert taken.verdict == "accepted"
        path.unlink()
    held = warehouse.visible("raw_crm.opportunities", "opportunity_id, stage", date(2025, 1, 31), 3)
    assert held == [("A", "Third")]
    loads = read_loads(warehouse.connection)
    assert [load.revision for load in loads] == list(order)
    assert [*check_history(warehouse.connection, loads)] == []
    assert [*check_rows_held(warehouse.connection, warehouse.home, loads, removed=())] == []


def test_a_ledger_of_an_older_version_gains_what_it_lacks(warehouse: Warehouse) -> None:
    warehouse.take("opportunity_id,stage\nA,First\n")
    before = read_loads(warehouse.connection)
    warehouse.connection.execute(
        "create or replace table ledger.loads as select * exclude (revision) from ledger.loads"
    )
    assert read_loads(warehouse.connection) == before
    bring_up_to_date(warehouse.connection)
    warehouse.take("opportunity_id,stage\nA,Second\n", as_of="2025-02-28")
    assert [load.revision for load in read_loads(warehouse.connection)] == [0, 0]
