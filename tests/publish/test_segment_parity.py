"""What this room knows by name is what the policies say."""

import csv
from importlib import resources
from pathlib import Path

import pytest

from publish.figures import describe_state
from publish.segments import attributes_of

REFERENCE = Path(__file__).parents[2] / "seeds" / "reference"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_headline_is_a_statistic_that_the_catalogue_computes() -> None:
    catalogue = {row["kpi_code"]: row for row in rows(REFERENCE / "kpi_catalogue.csv")}
    with resources.as_file(resources.files("publish").joinpath("headlines.csv")) as path:
        headlines = rows(path)
    assert headlines
    for headline in headlines:
        definition = catalogue[headline["kpi_code"]]
        computed = set(definition["statistics"].split("|"))
        computed |= {f"incidence_{horizon}d" for horizon in definition["horizons"].split("|") if horizon}
        assert headline["statistic"] in computed


@pytest.mark.parametrize("row", rows(REFERENCE / "segments.csv"), ids=lambda row: row["segment_type"])
def test_the_evidence_of_every_kind_of_segment_can_be_listed(row: dict[str, str]) -> None:
    if row["attribute"] in {"everything", "partners", "partner_id", "route"}:
        return
    relation, attributes = attributes_of(row["segment_type"])
    prefix = "current." if relation == "partners" else ""
    assert "|".join(prefix + attribute for attribute in attributes) == row["attribute"]


@pytest.mark.parametrize(
    "state",
    ["no_denominator", "median_not_reached", "horizon_not_reached", "partial_period", "stale_source", "not_applicable"],
)
def test_every_state_but_ok_has_words_of_its_own(state: str) -> None:
    said = describe_state(state, "value", "deal")
    assert said
    assert said != state.replace("_", " ") or state == "not_applicable"
