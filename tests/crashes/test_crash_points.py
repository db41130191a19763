"""The process is killed at every named point: nothing is lost, doubled or mixed, and the next run goes on by itself."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingest.crash_points import POINTS
from tests.crashes.oracle import Content, content, refute, refute_healed, relations
from tests.crashes.places import Places
from tests.crashes.scenes import SCENES, Scene
from tests.crashes.test_dbt_dies_too import POINTS_OF_DBT

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("ingest", "expectations", "partner_kpi", "publish", "dagster_project")
ONE_BY_ONE = [replace(scene, points=(point,)) for scene in SCENES for point in scene.points if len(scene.points) > 1]


class Calm:
    """What comes of a scene when nobody dies."""

    def __init__(self, places: Places, folder: Path) -> None:
        self._places, self._folder = places, folder
        self._known: dict[tuple[str, str], tuple[Content, object]] = {}

    def after(self, scene: Scene) -> tuple[Content, object]:
        """Content of the home, and what readers see."""
        key = (scene.place, scene.step)
        if key not in self._known:
            place = self._places.copy(scene.place, self._folder / "-".join(key))
            assert scene.walk(self._places, place).exit in (0, 3)
            refute_healed(place)
            self._known[key] = content(place), relations(place)
        return self._known[key]


@pytest.fixture(scope="session")
def calm(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    return Calm(places, tmp_path_factory.mktemp("calm"))


class Reader:
    """Somebody who opened the published file before, and asks the same all the time."""

    def __init__(self, place: Path) -> None:
        pointed = place / "home" / "published" / "current" / "partner_kpi.duckdb"
        self._connection = duckdb.connect(pointed, read_only=True) if pointed.exists() else None
        self._first = self._ask()

    def sees_the_same(self) -> bool:
        return self._ask() == self._first

    def _ask(self) -> object:
        question = "select count(*), sum(hash(v)::hugeint) from marts.kpi_values as v"
        return self._connection.execute(question).fetchone() if self._connection else None


def named(scene: Scene) -> str:
    return f"{scene.place}-{scene.step}-{scene.points[0]}"


@pytest.mark.parametrize("scene", SCENES, ids=named)
def test_runs_that_die_one_after_the_other_are_made_good_by_the_next(
    scene: Scene, places: Places, calm: Calm, tmp_path: Path
) -> None:
    """After each kill all is whole and readers see one of two generations; in the end it is as if nothing had been."""
    wanted, sight = calm.after(scene)
    place = places.copy(scene.place, tmp_path / "place")
    before, reader = relations(place), Reader(place)
    for point in scene.points:
        died = places.anvil.strike(scene.step, place, options=scene.task(places), point=point)
        assert died.was_killed, (point, died)
        refute(place)
        assert relations(place) in (before, sight), point
        assert reader.sees_the_same()
    assert scene.walk(places, place).exit in (0, 3)
    refute_healed(place)
    assert content(place) == wanted
    assert relations(place) == sight
    assert reader.sees_the_same()


@pytest.mark.long
@pytest.mark.parametrize("scene", ONE_BY_ONE, ids=lambda scene: scene.points[0])
def test_a_run_that_dies_here_is_made_good_by_the_next(
    scene: Scene, places: Places, calm: Calm, tmp_path: Path
) -> None:
    """The same with one death each, so that no later one covers up what an earlier one left."""
    test_runs_that_die_one_after_the_other_are_made_good_by_the_next(scene, places, calm, tmp_path)


def test_every_point_in_the_code_is_known_and_tested() -> None:
    """A point is passed in the code, stands in the registry with its sentence, and has a scene here."""
    passed = {
        call.args[0].value
        for room in ROOMS
        for file in (PROJECT / room).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "passing"
        and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip
    assert passed == POINTS.keys() == {point for scene in SCENES for point in scene.points} | set(POINTS_OF_DBT)
