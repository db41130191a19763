"""Two runs at once, and readers while one publishes. Nobody waits by the clock: a run is halted at a crash point."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.crashes.oracle import content, refute_healed, seen
from tests.crashes.places import Places


@pytest.mark.parametrize("second", ["load", "rebuild", "discard"])
def test_the_second_of_two_runs_gives_way(second: str, places: Places, tmp_path: Path) -> None:
    """It says which process has the home and changes nothing; the first comes to its end as if alone."""
    place = places.copy("next", tmp_path / "place")
    options = {"case": "1"} if second == "discard" else {}
    first = places.anvil.start("load", place, point="load.uncommitted", sign=signal.SIGSTOP)
    try:
        assert first.wait().stopped
        turned_away = places.anvil.strike(second, place, options=options)
        assert turned_away.exit == 1
        assert f"is being written by process {first.pid}" in turned_away.said.replace("\n", " ")
    finally:
        first.go_on()
    assert first.wait().exit == 0
    refute_healed(place)
    assert content(place) == content(places.copy("loaded", tmp_path / "alone"))


@pytest.mark.parametrize("point", ["publish.database_written", "publish.pointer_beside"])
def test_a_reader_in_the_middle_of_a_publication_sees_the_generation_before(
    point: str, places: Places, tmp_path: Path
) -> None:
    """Until the pointer moves it is the old one, whole; from then on the new one."""
    place = places.copy("loaded", tmp_path / "place")
    before = seen(place)
    publisher = places.anvil.start("run", place, point=point, sign=signal.SIGSTOP, options={"build": places.build(2)})
    try:
        assert publisher.wait().stopped
        assert seen(place) == before
    finally:
        publisher.go_on()
    assert publisher.wait().exit == 0
    now = seen(place)
    assert before is not None
    assert now is not None
    assert now.generation == before.generation + 1
    refute_healed(place)
