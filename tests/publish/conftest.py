"""A finished build made by hand, and generations published from it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from publish.generation import Generation, publish_generation
from publish.manifest import DeliveryFact, GenerationFacts

HERE = Path(__file__).parent


def write_build(target: Path, *, has_partners: bool = True) -> Path:
    """Make the example build; with `has_partners` off, only the CRM and FX have delivered."""
    with duckdb.connect(target) as connection:
        connection.execute(f"set variable has_partners = {has_partners}")
        for script in ("example_build.sql", "example_values.sql", "example_scorecards.sql"):
            connection.execute((HERE / script).read_text(encoding="utf-8").replace("$build", target.stem))
    return target


def delivery(load_seq: int, export: str, instance: str, as_of: str) -> DeliveryFact:
    return DeliveryFact(
        load_seq=load_seq,
        export=export,
        instance=instance,
        as_of_date=dt.date.fromisoformat(as_of),
        file_name=f"{export.split('.')[1]}_{as_of}.csv",
        sha256=f"{load_seq:064x}",
        rows_accepted=100 * load_seq,
    )


@pytest.fixture(scope="session")
def facts() -> GenerationFacts:
    return GenerationFacts(
        created_at=dt.datetime(2026, 9, 1, 6, 0, 0),
        as_of_date=dt.date(2026, 8, 31),
        known_sequence=41,
        known_at=dt.datetime(2026, 9, 1, 5, 12, 0),
        deliveries=(
            delivery(31, "prm.partners", "partnerstack", "2026-07-31"),
            delivery(40, "crm.opportunities", "salesforce", "2026-08-31"),
            delivery(41, "crm.opportunity_history", "salesforce", "2026-08-31"),
        ),
        policies=(delivery(2, "policy.kpi_targets", "policy", "2000-01-01"),),
        settings={"reporting_currency": "USD", "fiscal_year_start": 2},
        build_fingerprint="4f1d",
    )


@pytest.fixture(scope="session")
def build_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_build(tmp_path_factory.mktemp("builds") / "build_000041.duckdb")


@pytest.fixture(scope="session")
def generation(build_file: Path, facts: GenerationFacts, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return publish_generation(build_file, tmp_path_factory.mktemp("home") / "published", facts)


@pytest.fixture(scope="session")
def crm_only_generation(facts: GenerationFacts, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    folder = tmp_path_factory.mktemp("crm_only")
    build = write_build(folder / "build.duckdb", has_partners=False)
    return publish_generation(build, folder / "published", facts.model_copy(update={"policies": ()}))


@pytest.fixture
def change_build(build_file: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the example build after some SQL; the file keeps its name, for the views name it."""

    def change(sql: str) -> Path:
        copy = tmp_path / "changed" / build_file.name
        copy.parent.mkdir()
        copy.write_bytes(build_file.read_bytes())
        with duckdb.connect(copy) as connection:
            connection.execute(sql)
        return copy

    return change
