"""A desk to parse files on, and an open warehouse to take them into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_desk import Desk, Warehouse

from ingest.warehouse import open_warehouse


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(folder=tmp_path)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    home = tmp_path / "home"
    with open_warehouse(home / "warehouse.duckdb") as connection:
        yield Warehouse(desk=Desk(folder=tmp_path), home=home, connection=connection)
