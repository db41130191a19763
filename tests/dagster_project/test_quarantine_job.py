"""Quarantine in Dagster: each act as an analyst launches it, on a small real home with one refusal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.exports import asset_key, export_assets
from dagster_project.home import WarehouseHome
from dagster_project.quarantine import WAITING, QuarantineConfig, quarantine_asset
from partner_kpi import road
from partner_kpi.operations import read_operations
from partner_kpi.settings import Settings, load_settings

HEAD = "opportunity_id,name,stage,amount,currency,owner\n"
JULY = HEAD + "O1,One,Open,100,USD,kim\nO2,Two,Open,200,USD,kim\nO3,Three,Open,300,EUR,kim\n"
AUGUST = HEAD + "O1,One,Won,100,USD,kim\nO4,Four,Open,=2+2,USD,kim\n"

Launch = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the asset of the export itself made: July accepted, August refused as load 2. Only read."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "inbox" / "generic").mkdir(parents=True)
    (asset,) = [each for each in export_assets() if asset_key("crm.opportunities") in each.keys]
    for month, text in (("2026-07-31", JULY), ("2026-08-31", AUGUST)):
        (folder / "inbox" / "generic" / f"opportunities_{month}.csv").write_text(text, encoding="utf-8")
        assert dg.materialize([asset], resources=_resources(folder)).success
    return folder


@pytest.fixture
def home(refused: Path, tmp_path: Path) -> Settings:
    shutil.copytree(refused, tmp_path / "copy")
    return load_settings(home=tmp_path / "copy" / "home", inbox=tmp_path / "copy" / "inbox", environment={})


@pytest.fixture
def launch(home: Settings) -> Launch:
    """launch(action=..., load=..., ...): the metadata that the run shows. Raises what the run failed with."""
    asset = quarantine_asset([])

    def run(**config: Any) -> dict[str, Any]:
        done = dg.materialize(
            [asset],
            resources=_resources(home.home.parent),
            run_config=dg.RunConfig(ops={"__".join(WAITING.path): QuarantineConfig(**config)}) if config else None,
        )
        (event,) = done.asset_materializations_for_node(asset.node_def.name)
        return {name: getattr(value, "value", value) for name, value in event.metadata.items()}

    return run


def test_without_a_config_it_lists_what_waits(launch: Launch) -> None:
    """Number, file, state and rules, as a refresh leaves it in the asset graph."""
    shown = launch()
    (row,) = shown["8 list"].records
    assert (shown["7 waiting"], row.data["load"], row.data["state"]) == (1, 2, "stands refused")
    assert row.data["rules"] == "keys_lost, rejected_share"


def test_show_says_what_it_means(launch: Launch) -> None:
    """Rules, unreadable cells with their line, keys, and money; a person's data are not shown."""
    shown = launch(action="show", load="2")
    assert [row.data["rule"] for row in shown["1 rules"].records] == ["keys_lost", "rejected_share"]
    assert shown["3 rejected rows"].records[0].data["for example"] == "line 3: '=2+2'"
    assert "1 changed" in shown["2 while it is outside"] and "2 gone" in shown["2 while it is outside"]
    money = [(row.data["currency"], row.data["difference"]) for row in shown["4 money in those rows"].records]
    assert money == [("EUR", "-300.00"), ("USD", "-200.00")]
    assert "kim" not in str(shown)


def test_a_release_is_loaded_and_says_who(launch: Launch, home: Settings) -> None:
    """The ledger has the load, the operations log the name and the reason; nothing waits any more."""
    shown = launch(action="release", load="2", reason="they cleaned up", by="ada")
    assert "was loaded as load 3" in shown["0 said"] and "The next refresh publishes it." in shown["0 said"]
    assert (shown["1 load"], shown["7 waiting"]) == (3, 0)
    assert [row.verdict for row in road.ledger(home)] == ["accepted", "quarantined", "accepted"]
    (said,) = [each for each in read_operations(home) if each.what == "release"]
    assert (said.who, said.why) == ("ada", "they cleaned up")


def test_a_discard_settles_it(launch: Launch, home: Settings) -> None:
    """It no longer waits, and the decision names who answers for it."""
    assert launch(action="discard", load="2", reason="sent by mistake", by="ada")["7 waiting"] == 0
    assert [(each.decision, each.decided_by) for each in road.decisions(home)] == [("discarded", "ada")]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"action": "show"}, "needs `load`"),
        ({"action": "show", "load": "9"}, 'No refused delivery is meant by "9"'),
        ({"action": "release", "load": "2", "reason": "why not"}, "Dagster does not know who you are"),
        ({"action": "discard", "load": "2", "by": "ada"}, "needs a reason"),
    ],
)
def test_what_is_not_understood_fails_in_one_paragraph(
    launch: Launch, home: Settings, config: dict[str, str], words: str
) -> None:
    """And nothing is decided."""
    with pytest.raises(dg.Failure, match=words):
        launch(**config)
    assert road.decisions(home) == []


def _resources(folder: Path) -> dict[str, Any]:
    return {"warehouse_home": WarehouseHome(home=str(folder / "home"), inbox=str(folder / "inbox"))}
