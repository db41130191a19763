"""How a run that Dagster started ends: the operations log, and with it `status`, hears of it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from dagster_project.home import WarehouseHome
from dagster_project.refresh import refresh_ended, refresh_failed
from partner_kpi.last_run import read_last_run
from partner_kpi.settings import Settings, load_settings


@dg.op
def well() -> None:
    """Nothing is wrong."""


@dg.op
def broken() -> None:
    """Something is."""
    raise ValueError("the disk is full")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return load_settings(home=tmp_path / "home", inbox=tmp_path / "inbox", environment={})


def run(settings: Settings, op: dg.OpDefinition, folder: Path) -> str:
    """Run the op as a job of its own, then the sensor that hears of its end; gives the number of the run."""
    folder.mkdir()
    resources = {"warehouse_home": WarehouseHome(home=str(settings.home), inbox=str(settings.inbox))}
    with dg.instance_for_test(temp_dir=str(folder)) as instance:
        done = dg.GraphDefinition(name="refresh", node_defs=[op]).to_job().execute_in_process(
            instance=instance, raise_on_error=False
        )  # fmt: skip
        context = dg.build_run_status_sensor_context(
            sensor_name="end",
            dagster_instance=instance,
            dagster_run=done.dagster_run,
            dagster_event=done.get_run_success_event() if done.success else done.get_run_failure_event(),
            resources=resources,
        )
        if done.success:
            refresh_ended(context)
        else:
            refresh_failed(context.for_run_failure())
        return done.run_id


def test_a_failed_run_is_told_with_its_cause(settings: Settings, tmp_path: Path) -> None:
    """`status` then says failed, and why; the next run that is well ends that."""
    number = run(settings, broken, tmp_path / "first")
    last = read_last_run(settings)
    assert last is not None
    assert (last.run_id, last.result) == (number, "failed")
    assert last.why == "broken: ValueError: the disk is full"
    run(settings, well, tmp_path / "second")
    last = read_last_run(settings)
    assert last is not None and last.result == "well"


def test_a_file_that_nobody_knows_is_told(settings: Settings, tmp_path: Path) -> None:
    """The run went through, and something of the inbox was not understood: refused, as the command line has it."""
    (settings.inbox / "salesforec").mkdir()
    (settings.inbox / "salesforec" / "Account_2026-08-31.csv").write_text("Id\n", encoding="utf-8")
    run(settings, well, tmp_path / "first")
    last = read_last_run(settings)
    assert last is not None
    assert last.result == "refused" and 'did you mean "salesforce"' in last.why
