"""Folders that may not be written, without root's privileges: one paragraph, and all goes on afterwards."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.crashes.oracle import refute, refute_healed
from tests.crashes.places import Places


@pytest.mark.skipif(
    os.geteuid() == 0 and sys.platform != "linux",
    reason="only on Linux can root give up what opens every folder",
)
@pytest.mark.parametrize(
    ("waits", "step", "folder"),
    [
        ("next", "load", "."),
        pytest.param("next", "load", "deliveries/crm.opportunities/generic", marks=pytest.mark.long),
        pytest.param("refused", "load", "quarantine", marks=pytest.mark.long),
        ("loaded", "run", "published"),
        ("loaded", "run", "scorecards"),
    ],
)
def test_a_folder_that_may_not_be_written_stops_the_run_and_harms_nothing(
    waits: str, step: str, folder: str, *, places: Places, tmp_path: Path
) -> None:
    """It says which and exits with 1; the next run, once it may, goes on."""
    place = places.copy(waits, tmp_path / "place")
    options = {"build": places.build(2)} if step == "run" else {}
    shut = place / "home" / folder
    shut.mkdir(exist_ok=True)
    mode = shut.stat().st_mode
    shut.chmod(0o555)
    tried = places.anvil.strike(step, place, options=options, is_unprivileged=True)
    shut.chmod(mode)
    assert (tried.exit, "Traceback" in tried.said) == (1, False), tried
    assert str(shut.resolve()) in tried.said
    refute(place)
    assert places.anvil.strike(step, place, options=options).exit in (0, 3)
    refute_healed(place)
