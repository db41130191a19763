"""A small home made once by the road itself: five deals accepted, a month later half of them gone and refused."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.delivery import LoadResult
from partner_kpi import road
from partner_kpi.settings import Settings, load_settings
from publish.generation import publish_generation
from publish.manifest import GenerationFacts
from tests.publish.conftest import write_build

HEAD = "opportunity_id,name,stage,amount,currency,created_date,close_date\n"
JULY = HEAD + "".join(f"O{n},Deal {n},Open,{n}00.00,USD,2026-07-0{n},\n" for n in range(1, 6))
AUGUST = HEAD + (
    "O1,Deal 1,Closed Won,150.00,USD,2026-07-01,2026-08-02\n"
    "O2,Deal 2,Open,200.00,USD,2026-07-02,\n"
    "O6,Deal 6,Open,many,USD,2026-08-06,\n"
    "O7,Deal 7,Open,700.00,EUR,2026-08-07,\n"
)
REFUSED = "opportunities_2026-08-31.csv"


def load_all(settings: Settings) -> list[LoadResult]:
    """Pull and load what is due, as a run does; without the policies, which would take their time."""
    with road.hold_home(settings):
        inbox = road.pull(settings)
        assert not inbox.problems
        deliveries = tuple(each for each in inbox.deliveries if not each.export.startswith("policy."))
        return road.load(settings, deliveries, run_id="test", loaded=lambda _: None)


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`home` and `inbox` of the small warehouse, with something published beside. Only read."""
    folder = tmp_path_factory.mktemp("small")
    inbox = folder / "inbox" / "generic"
    inbox.mkdir(parents=True)
    settings = replace(load_settings(home=folder / "home", environment={}), inbox=folder / "inbox")
    for name, text in (("opportunities_2026-07-31.csv", JULY), (REFUSED, AUGUST)):
        (inbox / name).write_text(text, encoding="utf-8")
        load_all(settings)
    build = write_build(folder / "build.duckdb")
    publish_generation(build, settings.published, _facts())
    return folder


@pytest.fixture
def small(made_home: Path, tmp_path: Path) -> Settings:
    """A copy of the small warehouse of one's own."""
    shutil.copytree(made_home, tmp_path / "small", symlinks=True)
    home = tmp_path / "small" / "home"
    return replace(load_settings(home=home, environment={}), inbox=tmp_path / "small" / "inbox")


def _facts() -> GenerationFacts:
    return GenerationFacts(
        created_at=dt.datetime(2026, 9, 1, 6),
        as_of_date=dt.date(2026, 8, 5),
        known_sequence=1,
        known_at=dt.datetime(2026, 9, 1, 5),
        deliveries=(),
        policies=(),
        settings={},
        build_fingerprint="by hand",
    )
