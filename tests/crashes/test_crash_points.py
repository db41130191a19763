"""The process is killed at every named point: nothing is lost, doubled or mixed, and the next run goes on by itself."""

from __future__ import annotations

import ast
from pathlib import Path

import duckdb
import pytest

from ingest.crash_points import POINTS
from tests.crashes.oracle import Content, Seen, content, refute, refute_healed, seen
from tests.crashes.places import Places
from tests.crashes.scenes import SCENES, Scene
from tests.crashes.test_dbt_dies_too import POINTS_OF_DBT

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("ingest", "expectations", "partner_kpi", "publish", "dagster_project")

Outcome = tuple[Content, Seen | None]


@pytest.fixture(scope="session")
def undisturbed(places: Places, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Outcome]:
    """What comes of a scene without a crash; filled as scenes are asked for."""
    return {}


def outcome(place: Path) -> Outcome:
    return content(place), seen(place)


def expected(
    known: dict[tuple[str, str], Outcome], scene: Scene, places: Places, factory: pytest.TempPathFactory
) -> Outcome:
    key = (scene.place, scene.step)
    if key not in known:
        place = places.copy(scene.place, factory.mktemp("undisturbed") / "place")
        for step in (scene.step, scene.then or scene.step):
            again = places.anvil.strike(step, place, options=scene.task(places) if step == scene.step else {})
            assert again.exit in (0, 3), again
        known[key] = outcome(place)
        refute_healed(place)
    return known[key]


@pytest.mark.parametrize("point", SCENES)
def test_a_run_that_dies_here_is_made_good_by_the_next(
    point: str,
    places: Places,
    undisturbed: dict[tuple[str, str], Outcome],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> None:
    """After the kill all is whole and readers see one of two generations; after the next run it is as if nothing was."""
    scene = SCENES[point]
    wanted, sight = expected(undisturbed, scene, places, tmp_path_factory)
    place = places.copy(scene.place, tmp_path / "place")
    before = seen(place)
    reader = _read_along(place)
    died = places.anvil.strike(scene.step, place, options=scene.task(places), point=point, nth=scene.nth)
    assert died.was_killed, died
    refute(place)
    assert relations(seen(place)) in (relations(before), relations(sight))
    assert reader() == reader.first
    for step in (scene.step, scene.then or scene.step):
        again = places.anvil.strike(step, place, options=scene.task(places) if step == scene.step else {})
        assert "Traceback" not in again.said, again.said
    assert again.exit in (0, 3), again
    refute_healed(place)
    assert content(place) == wanted
    assert relations(seen(place)) == relations(sight)
    assert reader() == reader.first


def test_every_point_in_the_code_is_known_and_tested() -> None:
    """A point is passed in the code once or more, stands in the registry with its sentence, and has a scene here."""
    passed = {
        call.args[0].value
        for room in ROOMS
        for file in (PROJECT / room).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "passing"
        and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip
    assert passed == POINTS.keys() == SCENES.keys() | set(POINTS_OF_DBT)


def relations(sight: Seen | None) -> object:
    return sight and sight.relations


class _read_along:  # noqa: N801 - reads like a function
    """Somebody who opened the published file before, and asks the same all the time."""

    def __init__(self, place: Path) -> None:
        pointed = place / "home" / "published" / "current" / "partner_kpi.duckdb"
        self._connection = duckdb.connect(pointed, read_only=True) if pointed.exists() else None
        self.first = self()

    def __call__(self) -> object:
        if self._connection is None:
            return None
        return self._connection.execute("select count(*), sum(hash(v)::hugeint) from marts.kpi_values as v").fetchone()
