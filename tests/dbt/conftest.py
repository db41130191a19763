"""The built file that this room's tests read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="session")
def built_file(request: pytest.FixtureRequest) -> Path:
    """The marts of the sample inbox, or those that PARTNER_KPI_TEST_FILE names."""
    named = os.environ.get("PARTNER_KPI_TEST_FILE")
    return Path(named) if named else request.getfixturevalue("sample_file")


@pytest.fixture(scope="module")
def marts(built_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built file, open for reading. A view names its catalog, which is the file's name."""
    with duckdb.connect(built_file, read_only=True) as connection:
        yield connection
