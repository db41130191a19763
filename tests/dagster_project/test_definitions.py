"""What Dagster is told, built from a real home: keys, the gate inside an asset, the sensor, the whole job."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import build_definitions
from dagster_project.exports import asset_key, export_assets
from dagster_project.home import WarehouseHome
from dagster_project.refresh import delivery_sensor
from ingest.contracts import load_contracts
from partner_kpi.settings import Settings, load_settings
from partner_kpi.warehouse_build import make_manifest
from publish.generation import current_generation
from tests.conftest import PROJECT
from tests.ingest.pulling.servers import web_server

SMALL_CRM = """opportunity_id,name,stage,amount,currency,created_date,close_date
O1,First,Closed Won,100.00,USD,2026-01-05,2026-02-10
O2,Second,Closed Lost,50.00,USD,2026-01-07,2026-03-01
O3,Third,Negotiation,70.00,USD,2026-02-01,
"""


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A home whose inbox holds three deals in the generic shape."""
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    (inbox / "generic").mkdir(parents=True)
    (inbox / "generic" / "opportunities_2026-03-31.csv").write_text(SMALL_CRM, encoding="utf-8")
    return load_settings(home=home, inbox=inbox, environment={})


def test_every_export_is_an_asset_with_a_gate() -> None:
    """One asset per contract, under the key of dbt's source, each with the check `gate`."""
    assets = export_assets()
    assert {key for asset in assets for key in asset.keys} == {asset_key(name) for name in load_contracts().exports}
    assert all([check.name for check in asset.check_specs] == ["gate"] for asset in assets)


def test_a_refused_delivery_turns_the_check_red_and_leaves_the_data(small: Settings) -> None:
    """The failing rule is named in the check; the asset keeps the last good delivery."""
    resources = {"warehouse_home": WarehouseHome(home=str(small.home), inbox=str(small.inbox))}
    (asset,) = [each for each in export_assets() if asset_key("crm.opportunities") in each.keys]
    first = dg.materialize([asset], resources=resources)
    assert first.success
    worse = SMALL_CRM.replace("O2,Second", "O1,Second")
    (small.inbox / "generic" / "opportunities_2026-04-30.csv").write_text(worse, encoding="utf-8")
    second = dg.materialize([asset], resources=resources)
    (check,) = second.get_asset_check_evaluations()
    assert not check.passed
    assert check.severity == dg.AssetCheckSeverity.ERROR
    assert "opportunities_2026-04-30.csv" in (check.description or "")
    assert "unique_key" in str(check.metadata["1 rules"])
    assert check.metadata["6 quarantine"].value == "2"
    assert "partner-kpi quarantine show 2" in str(check.metadata["8 commands"].value)
    assert "1 gone" in str(check.metadata["2 while it is outside"].value)
    (event,) = second.asset_materializations_for_node(asset.node_def.name)
    assert event.metadata["data through"].value == "2026-03-31"


def test_the_sensor_waits_until_files_rest(small: Settings) -> None:
    """A change starts a run only when two looks in a row see the same; and only once."""
    resources = {"warehouse_home": WarehouseHome(home=str(small.home), inbox=str(small.inbox))}

    def look(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        result = delivery_sensor(dg.build_sensor_context(cursor=cursor, resources=resources))
        assert isinstance(result, dg.SensorResult | dg.SkipReason)
        return result

    first = look(None)
    assert isinstance(first, dg.SensorResult) and not first.run_requests
    second = look(first.cursor)
    assert isinstance(second, dg.SensorResult) and len(second.run_requests or []) == 1
    assert isinstance(look(second.cursor), dg.SkipReason)
    shutil.copy(PROJECT / "seeds/exports/ecb/eurofxref-hist.csv", small.inbox / "generic" / "growing.csv")
    third = look(second.cursor)
    assert isinstance(third, dg.SensorResult) and not third.run_requests
    assert json.loads(str(third.cursor))["ran"] == json.loads(str(second.cursor))["ran"]


def test_the_sensor_looks_at_a_server(small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At what it lists, without fetching; one that is not there is a reason to skip, in a sentence."""
    with web_server(small.inbox, tmp_path) as server:
        monkeypatch.setenv("PARTNER_KPI_INBOX_CA_BUNDLE", str(server.certificate))
        inbox = f"https://127.0.0.1:{server.port}/"
        resources = {"warehouse_home": WarehouseHome(home=str(small.home), inbox=inbox)}
        first = delivery_sensor(dg.build_sensor_context(resources=resources))
        assert isinstance(first, dg.SensorResult) and not first.run_requests
        second = delivery_sensor(dg.build_sensor_context(cursor=first.cursor, resources=resources))
        assert isinstance(second, dg.SensorResult) and len(second.run_requests or []) == 1
        assert not [each for each in server.asked if each.startswith("GET") and each.endswith(".csv")]
    gone = delivery_sensor(dg.build_sensor_context(resources=resources))
    assert isinstance(gone, dg.SkipReason) and "It was tried once" in str(gone.skip_message)


@pytest.mark.long
def test_the_refresh_job_publishes_and_then_rests(small: Settings, tmp_path: Path) -> None:
    """The whole job publishes generation 1 with its workbook; run again with nothing new, dbt is not started."""
    make_manifest(small)
    (tmp_path / "dagster").mkdir()
    with dg.instance_for_test(temp_dir=str(tmp_path / "dagster")) as instance:
        job = build_definitions(small).resolve_job_def("refresh")
        assert job.execute_in_process(instance=instance).success
        generation = current_generation(small.published)
        assert generation is not None and generation.number == 1
        assert len(list(small.scorecards.glob("*.xlsx"))) == 1
        again = job.execute_in_process(instance=instance)
        assert again.success
        assert not again.asset_materializations_for_node("build_marts")
        generation = current_generation(small.published)
        assert generation is not None and generation.number == 1
