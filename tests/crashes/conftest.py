"""One forge and one set of small homes for all crashes of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crashes.anvil import Anvil, fired
from tests.crashes.places import Places


@pytest.fixture(scope="session")
def anvil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anvil]:
    with fired(tmp_path_factory.mktemp("forge")) as anvil:
        yield anvil


@pytest.fixture(scope="session")
def places(anvil: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places(anvil, tmp_path_factory.mktemp("places"))
