"""Raw history made anew from the archive: equal when nothing changed, refused when it differs and nobody said so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import pytest
from ingest_desk import Desk, Warehouse

from ingest.contracts import Column, Contracts
from ingest.rebuild import ArchiveMissingError, HistoryDiffersError, rebuild
from ingest.warehouse import open_warehouse

EXPORT = "crm.opportunities"
HEAD = "opportunity_id,stage,amount\n"


@pytest.fixture
def loaded(tmp_path: Path) -> Desk:
    """Two snapshots, then one between them that came late, then a correction of the last."""
    desk = Desk(folder=tmp_path)
    with open_warehouse(tmp_path / "home" / "warehouse.duckdb") as connection:
        warehouse = Warehouse(desk=desk, home=tmp_path / "home", connection=connection)
        warehouse.take(f"{HEAD}1,open,10\n2,open,20\n", as_of="2025-01-31")
        warehouse.take(f"{HEAD}1,won,11\n3,open,30\n", as_of="2025-03-31")
        warehouse.take(f"{HEAD}1,open,15\n2,lost,20\n", as_of="2025-02-28")
        warehouse.take(f"{HEAD}1,won,12\n3,open,30\n", as_of="2025-03-31", name="again.csv")
    return desk


def run_rebuild(desk: Desk, contracts: Contracts | None = None, *, may_differ: bool = False) -> dict[str, bool]:
    home = desk.folder / "home"
    tables = rebuild(home, home / "warehouse.duckdb", contracts or desk.contracts, may_differ=may_differ)
    return {table.export: table.is_equal for table in tables}


def history(desk: Desk) -> list[tuple[object, ...]]:
    with duckdb.connect(desk.folder / "home" / "warehouse.duckdb", read_only=True) as connection:
        return connection.execute("select * from raw_crm.opportunities order by all").fetchall()


def with_column(desk: Desk, name: str, type_: str) -> Contracts:
    """The contracts after somebody retyped a column, or added one."""
    contract = desk.contracts.exports[EXPORT]
    columns = [column for column in contract.columns if column.name != name]
    changed: Column = dataclasses.replace(contract.columns[0], name=name, type=type_, required=False)
    changed_contract = dataclasses.replace(contract, columns=(*columns, changed))
    return dataclasses.replace(desk.contracts, exports={**desk.contracts.exports, EXPORT: changed_contract})


def test_what_was_known_when_stays_known(loaded: Desk) -> None:
    """Versions that a late delivery and a correction withdrew are there again, with the loads that knew them."""
    before = history(loaded)
    assert len(before) > 5
    assert all(run_rebuild(loaded).values())
    assert history(loaded) == before


def test_nothing_is_left_beside(loaded: Desk) -> None:
    """No half-made file, no write-ahead log that could be replayed into the new one."""
    run_rebuild(loaded)
    beside = {path.name for path in (loaded.folder / "home").iterdir() if path.is_file()}
    assert beside == {"warehouse.duckdb", "warehouse.lock"}
    assert (loaded.folder / "home" / "warehouse.duckdb").stat().st_mode & 0o777 == 0o600


def test_a_difference_is_refused_unless_it_is_meant(loaded: Desk) -> None:
    """Somebody changed raw history by hand: rebuilding says so and changes nothing; with the word for it, it mends."""
    before = history(loaded)
    with duckdb.connect(loaded.folder / "home" / "warehouse.duckdb") as connection:
        connection.execute("delete from raw_crm.opportunities where opportunity_id = '3'")
    with pytest.raises(HistoryDiffersError, match=r"crm\.opportunities"):
        run_rebuild(loaded)
    assert len(history(loaded)) < len(before)
    assert run_rebuild(loaded, may_differ=True)[EXPORT] is False
    assert history(loaded) == before


def test_a_column_may_change_its_type(loaded: Desk) -> None:
    """After a contract change that opening the warehouse refuses, the archived rows give the new table."""
    contracts = with_column(loaded, "amount", "VARCHAR")
    run_rebuild(loaded, contracts, may_differ=True)
    with open_warehouse(loaded.folder / "home" / "warehouse.duckdb", contracts=contracts) as connection:
        found = connection.execute("select distinct typeof(amount) from raw_crm.opportunities").fetchall()
    assert found == [("VARCHAR",)]


def test_a_delivery_that_is_gone_is_named(loaded: Desk) -> None:
    """Without its archived rows history cannot be made anew, and the warehouse stays."""
    before = history(loaded)
    next((loaded.folder / "home" / "deliveries" / EXPORT).rglob("2025-02-28_*.parquet")).unlink()
    with pytest.raises(ArchiveMissingError, match="load 3"):
        run_rebuild(loaded)
    assert history(loaded) == before


def test_a_late_delivery_after_the_archive_has_aged_is_refused(loaded: Desk) -> None:
    """What would have to be worked in after it is gone: it goes to quarantine and names what is missing."""
    next((loaded.folder / "home" / "deliveries" / EXPORT).rglob("2025-03-31_000002.parquet")).unlink()
    with open_warehouse(loaded.folder / "home" / "warehouse.duckdb") as connection:
        warehouse = Warehouse(desk=loaded, home=loaded.folder / "home", connection=connection)
        late = warehouse.take(f"{HEAD}1,open,9\n", as_of="2025-02-14", name="late.csv")
        assert late.verdict == "quarantined"
        assert [rule.rule_id for rule in late.failed_rules] == ["history.archive_gone"]
        assert warehouse.take(f"{HEAD}1,won,12\n", as_of="2025-04-30", name="new.csv").verdict == "accepted"
