"""No room left, as a limit on the size of every file: the run says so and fails; with room again it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.archive import write_all
from partner_kpi.operations import read_operations
from tests.crashes.oracle import content, refute, refute_healed, seen, settings_of
from tests.crashes.places import Places

KB = 1024
# Not even the delivered bytes; not all rows of the archive; all but the last of the raw file.
LOADING = (pytest.param(700, marks=pytest.mark.long), 3 * KB, 2304 * KB)
PUBLISHING = (8 * KB, 600 * KB)


@pytest.mark.parametrize("limit", LOADING)
def test_a_load_without_room_is_made_good_by_the_next(limit: int, places: Places, tmp_path: Path) -> None:
    """Nothing is half loaded, whichever file was the one that did not fit, and the words say what to do."""
    place = places.copy("next", tmp_path / "place")
    full = places.anvil.strike("load", place, file_size=limit)
    assert full.exit == 1, full
    assert "Traceback" not in full.said
    refute(place)
    assert places.anvil.strike("load", place).exit == 0
    refute_healed(place)
    assert content(place) == content(places.copy("loaded", tmp_path / "with_room"))


def test_a_first_load_without_room_leaves_a_home_that_opens(places: Places, tmp_path: Path) -> None:
    """A raw file that was half made is not in its place."""
    place = places.copy("first", tmp_path / "place")
    full = places.anvil.strike("load", place, file_size=300 * KB)
    assert (full.exit, "Traceback" in full.said) == (1, False), full
    refute(place)
    assert places.anvil.strike("load", place).exit == 0
    refute_healed(place)


@pytest.mark.parametrize("limit", PUBLISHING)
def test_a_publication_without_room_leaves_readers_where_they_were(limit: int, places: Places, tmp_path: Path) -> None:
    """The generation before stays, whole; with room again the new one comes."""
    place = places.copy("loaded", tmp_path / "place")
    before, options = seen(place), {"build": places.build(2)}
    full = places.anvil.strike("run", place, file_size=limit, options=options)
    assert (full.exit, "Traceback" in full.said) == (1, False), full
    refute(place)
    assert seen(place) == before
    assert places.anvil.strike("run", place, options=options).exit == 0
    refute_healed(place)
    assert seen(place) != before


def test_a_line_that_was_cut_costs_only_itself(places: Places, tmp_path: Path) -> None:
    """The disk was full in the middle of a line of the operations log: the next one stands on a line of its own."""
    place = places.copy("next", tmp_path / "place")
    log = place / "home" / "logs" / "operations.jsonl"
    log.write_bytes(log.read_bytes() + b'{"when": "2026-09-01T06:00:00Z", "who"')
    before = len(list(read_operations(settings_of(place))))
    assert places.anvil.strike("load", place).exit == 0
    refute_healed(place)
    assert len(list(read_operations(settings_of(place)))) == before + 1


def test_a_write_that_took_only_part_goes_on(tmp_path: Path) -> None:
    """A pipe takes less than it is given, as a disk does that is filling up: nothing of it is left out."""
    file = tmp_path / "file"
    with file.open("wb") as out:
        write_all(out.fileno(), b"x" * 100_000)
    assert file.stat().st_size == 100_000
