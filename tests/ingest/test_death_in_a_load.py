"""A load that dies is in the warehouse as a whole or not at all, and the next run heals it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dying import Died, Dying
from promise_home import findings, held_versions, opened, take
from sent_files import DEALS, Sent
from sent_strategies import WRITING

from ingest.ledger import read_loads

FIRST = Sent(feed=DEALS, day=3, rows=(("a", "Proposal", "10.00", "2025-01-02", "2025-01-30"),), copies=1)
LATE = replace(FIRST, day=1, unreadable=1, rows=(("a", "Closed Won", "20.00", "2025-01-02", "2025-01-30"),))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one delivery, into which a late one is about to come."""
    folder = tmp_path_factory.mktemp("before")
    with opened(folder / "home") as connection:
        take(connection, folder, folder / "home", [FIRST], suite="1")
    return folder / "home"


@pytest.mark.parametrize("statement", WRITING)
def test_dying_before_a_statement_that_writes(before: Path, tmp_path: Path, statement: str) -> None:
    """What the death leaves is the warehouse before the load; taken again, it is there once."""
    home, left = Path(shutil.copytree(before, tmp_path / "home")), tmp_path / "left"
    with opened(home) as connection:
        untouched = history(connection)
        mortal: Any = Dying(connection, before=statement, home=home, left=left)
        with pytest.raises(Died):
            take(mortal, tmp_path, home, [LATE], suite="1")
    with opened(left) as connection:
        found, loads = history(connection), len(read_loads(connection))
        assert (loads, found == untouched) == (1, True)
        [again] = take(connection, tmp_path, left, [LATE], suite="1")
        assert again.verdict == "accepted"
        assert [row.verdict for row in read_loads(connection)] == ["accepted", "accepted"]
        assert len(history(connection)) == 2
        assert findings(connection, left, may_have_leftovers=False) == []


def test_dying_after_the_commit(before: Path, tmp_path: Path) -> None:
    """The load is whole, though only the write-ahead log has it; sent again it is known."""
    home, left = Path(shutil.copytree(before, tmp_path / "home")), tmp_path / "left"
    with opened(home) as connection:
        take(connection, tmp_path, home, [LATE], suite="1")
        told = history(connection)
        shutil.copytree(home, left)
        assert list(left.glob("*.wal"))
    with opened(left) as connection:
        assert (history(connection), len(read_loads(connection))) == (told, 2)
        [again] = take(connection, tmp_path, left, [LATE], suite="1")
        assert again.verdict == "duplicate"
        assert findings(connection, left, may_have_leftovers=False) == []


def history(connection: Any) -> list[tuple[Any, ...]]:
    return held_versions(connection, DEALS)
