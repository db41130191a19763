"""Folders that may not be written, for a user without root's privileges: one paragraph, and all goes on afterwards."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.crashes.anvil import PROJECT
from tests.crashes.oracle import refute, refute_healed
from tests.crashes.places import Places

NOBODY = 65534


@pytest.fixture
def user() -> int | None:
    """Whom the child runs as: nobody, where the tests run as root, who may write everywhere."""
    if os.geteuid():
        return None
    for path in (PROJECT, Path(sys.prefix), Path(sys.base_prefix)):
        if not all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents)):
            pytest.skip(f"root runs the tests, and an unprivileged user cannot read {path}")
    return NOBODY


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    folder = Path(mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("waits", "step", "folder"),
    [
        ("next", "load", "."),
        ("next", "load", "logs"),
        ("next", "load", "deliveries/crm.opportunities/generic"),
        ("refused", "load", "quarantine"),
        ("loaded", "run", "published"),
        ("loaded", "run", "scorecards"),
    ],
)
def test_a_folder_that_may_not_be_written_stops_the_run_and_harms_nothing(
    waits: str, step: str, folder: str, *, places: Places, user: int | None, open_folder: Path
) -> None:
    """It says which and exits with 1; the next run, once it may, goes on."""
    place, options = places.copy(waits, open_folder / "place"), {}
    if step == "run":
        options = {"build": shutil.copy(places.build(2), open_folder)}
    shut = place / "home" / folder
    shut.mkdir(exist_ok=True)
    if user:
        for path in (open_folder, *open_folder.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    shut.chmod(0o555)
    tried = places.anvil.strike(step, place, options=options, user=user)
    shut.chmod(0o755)
    assert (tried.exit, "Traceback" in tried.said) == (1, False), tried
    assert str(shut.resolve()) in tried.said
    refute(place)
    again = places.anvil.strike(step, place, options=options, user=user)
    assert again.exit == 0, again
    refute_healed(place)
