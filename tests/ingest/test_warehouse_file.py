"""The warehouse file: its tables, its lock, and contracts that grow."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from ingest_desk import Desk, Warehouse

from ingest.contracts import Contracts, load_contracts
from ingest.errors import WarehouseBusyError, WarehouseError
from ingest.warehouse import open_warehouse

ONE = "opportunity_id,stage,amount\n1,Open,5\n2,Open,6\n"


def test_every_table_exists_in_an_empty_warehouse(warehouse: Warehouse) -> None:
    """An export that never came is an empty typed table."""
    tables = {
        f"{schema}.{name}" for schema, name in warehouse.query("select schema_name, table_name from duckdb_tables()")
    }
    assert tables == {f"raw_{name}" for name in load_contracts().exports} | {
        "ledger.decisions",
        "ledger.erased_people",
        "ledger.erased_originals",
        "ledger.erasure_key",
        "ledger.loads",
        "ledger.read_columns",
        "ledger.rejected_rows",
    }


def test_the_lock_names_the_process_that_holds_it(tmp_path: Path) -> None:
    """A second writer is told whom to wait for; a process that died holds nothing."""
    path = tmp_path / "warehouse.duckdb"
    code = "import sys; from pathlib import Path; from ingest.warehouse import open_warehouse\n"
    code += "with open_warehouse(Path(sys.argv[1])): pass"
    with open_warehouse(path):
        other = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
        assert f"process {os.getpid()}" in other.stderr
        assert WarehouseBusyError.__name__ in other.stderr
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


def grown(contracts: Contracts, **columns: str | None) -> Contracts:
    """The contracts with a column more in crm.opportunities, or another type for one."""
    export = contracts.exports["crm.opportunities"]
    kept = tuple(replace(c, type=columns.get(c.name) or c.type) for c in export.columns)
    new = tuple(
        replace(export.columns[2], name=n, type=t) for n, t in columns.items() if t and n not in export.column_names
    )
    return Contracts(exports={**contracts.exports, export.name: replace(export, columns=kept + new)})


def test_a_contract_may_gain_columns_and_nothing_else(tmp_path: Path) -> None:
    """A new column is empty for old rows, also in a replay of the archive; a changed type is refused."""
    path, contracts = tmp_path / "home" / "warehouse.duckdb", load_contracts()
    with open_warehouse(path) as connection:
        Warehouse(desk=Desk(folder=tmp_path), home=path.parent, connection=connection).take(ONE, as_of="2025-02-28")
    more = grown(contracts, segment="VARCHAR")
    with open_warehouse(path, contracts=more) as connection:
        warehouse = Warehouse(desk=Desk(folder=tmp_path, contracts=more), home=path.parent, connection=connection)
        assert warehouse.take(ONE, as_of="2025-03-31").versions_opened == 0
        assert warehouse.take(ONE, as_of="2025-01-31").versions_opened == 2
        assert warehouse.query("select distinct segment from raw_crm.opportunities") == [(None,)]
    with (
        pytest.raises(WarehouseError, match="amount"),
        open_warehouse(path, contracts=grown(more, amount="DOUBLE")),
    ):
        pass
