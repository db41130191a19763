"""Everything Dagster is told, put together from one home, so that tests can build their own."""

from __future__ import annotations

import dagster as dg
from dagster_dbt import DbtCliResource

from dagster_project.exports import export_assets
from dagster_project.home import WarehouseHome
from dagster_project.marts import mart_assets
from dagster_project.quarantine import quarantine_asset, quarantine_job
from dagster_project.refresh import (
    daily_refresh,
    delivery_sensor,
    monthly_scorecard,
    refresh_ended,
    refresh_failed,
    refresh_job,
)
from partner_kpi.settings import Settings, load_settings
from partner_kpi.warehouse_build import DBT, DBT_PROJECT, manifest_path


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, job, schedules, sensor and resources of one home. Its dbt manifest must have been made."""
    exports, marts = export_assets(), mart_assets(manifest_path(settings))
    return dg.Definitions(
        assets=[*exports, quarantine_asset([key for asset in exports for key in asset.keys]), *marts],
        jobs=[refresh_job, quarantine_job],
        schedules=[daily_refresh, monthly_scorecard],
        sensors=[delivery_sensor, refresh_ended, refresh_failed],
        resources={
            "warehouse_home": WarehouseHome(home=str(settings.home), inbox=str(settings.inbox)),
            "dbt": DbtCliResource(project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=DBT),
        },
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """What `dagster dev` loads: the home that the environment names."""
    return build_definitions(load_settings())
