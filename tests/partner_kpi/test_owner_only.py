"""What is private in a home is its owner's alone, whatever the user's mask; what is for readers is as the mask says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from partner_kpi import road
from partner_kpi.owner_only import check_private, for_readers
from partner_kpi.settings import Settings, load_settings
from partner_kpi.verification import verify


@pytest.fixture(autouse=True)
def _open_handed() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", environment={})


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_files_made_while_the_home_is_held_are_the_owners(settings: Settings) -> None:
    """Also those that DuckDB makes beside its own; after it the mask is the user's again."""
    with road.hold_home(settings):
        connection = duckdb.connect(settings.warehouse)
        connection.execute("create table t as select 1 as a")
        made = sorted(settings.home.glob("warehouse.duckdb*"))
        assert len(made) == 2, "the file and its write-ahead log"
        assert {mode(path) for path in made} == {0o600}
        settings.logs.mkdir()
        assert mode(settings.logs) == 0o700
        connection.close()
    (settings.home / "later").touch()
    assert mode(settings.home / "later") == 0o644
    assert mode(settings.home) == 0o755, "readers go through it to what is published"


def test_what_is_for_readers_follows_the_users_mask(settings: Settings) -> None:
    """Inside of it and back."""
    with road.hold_home(settings):
        with for_readers():
            (settings.home / "shown").touch()
        (settings.home / "hidden").touch()
    assert (mode(settings.home / "shown"), mode(settings.home / "hidden")) == (0o644, 0o600)


def test_an_open_door_is_named(small: Settings) -> None:
    """A file that others can read, in a folder that they can enter; one behind a closed folder is none."""
    (original,) = small.home.glob("deliveries/*/*/*.csv")
    original.chmod(0o644)
    assert list(check_private(small.home)) == []
    for folder in list(original.relative_to(small.home).parents)[:-1]:
        (small.home / folder).chmod(0o755)
    (found,) = verify(small).broken
    assert original.name in found and f"chmod -R go= {small.home / 'deliveries'}" in found
