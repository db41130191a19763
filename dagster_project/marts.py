"""The dbt project as assets, built into a file of its own; and what leaves it: the generation and the workbook.

Nothing changed since the last publication: dbt is not started, and what follows is skipped.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from dagster_project.home import WAREHOUSE_POOL, WarehouseHome
from ingest.load import utc_now
from partner_kpi import road
from partner_kpi.retention import clean_up
from partner_kpi.warehouse_build import BuildPlan, prepare

READ_BY_LEADERS = (
    "kpi_values",
    "rpt_partner_scorecard",
    "rpt_region_scorecard",
    "rpt_programme_scorecard",
    "load_health",
)


class FolderGroups(DagsterDbtTranslator):
    """Groups models by the folder below models/, as a reader of the project finds them."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """`models/kpis/partners/x.sql` is in the group `kpis`."""
        folder: str = dbt_resource_props["fqn"][1]
        return folder


def mart_assets(manifest: Path) -> list[dg.AssetsDefinition]:
    """The models of dbt's manifest (made by `partner-kpi ui`, never at import), the generation and the workbook."""

    @dbt_assets(manifest=manifest, name="build_marts", pool=WAREHOUSE_POOL, dagster_dbt_translator=FolderGroups())
    def build_marts(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse_home: WarehouseHome
    ) -> Iterator[Any]:
        settings = warehouse_home.settings()
        with road.hold_home(settings):
            plan = road.plan(settings, road.ledger(settings))
            if road.is_published(settings, plan):
                context.log.info(f"Nothing changed since the generation as of {plan.as_of}: dbt is not started.")
                return
            prepare(plan)
            with _environment(plan):
                invocation = dbt.cli(
                    plan.command(), context=context, target_path=Path(plan.environment["DBT_TARGET_PATH"])
                )
            yield from invocation.stream()

    marts = [key for key in build_marts.keys if key.path[-1] in READ_BY_LEADERS]

    @dg.asset(
        key=dg.AssetKey(["published", "generation"]),
        deps=marts,
        group_name="published",
        kinds={"duckdb", "parquet"},
        pool=WAREHOUSE_POOL,
        output_required=False,
        description="The marts file, Parquet and manifest that readers see, swapped in one move.",
    )
    def generation(context: dg.AssetExecutionContext, warehouse_home: WarehouseHome) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        settings = warehouse_home.settings()
        with road.hold_home(settings):
            loads = road.ledger(settings)
            plan = road.plan(settings, loads)
            if not road.is_published(settings, plan):
                road.publish(settings, plan, loads)
            current = road.published(settings)
            clean_up(settings, loads, now=utc_now())
        context.log.info(f"Generation {current.number} as of {plan.as_of}")
        yield dg.MaterializeResult(
            metadata={
                "generation": current.number,
                "as of": str(plan.as_of),
                "file": dg.MetadataValue.path(current.database),
            }
        )

    @dg.asset(
        key=dg.AssetKey(["published", "scorecard_workbook"]),
        deps=[generation],
        group_name="published",
        kinds={"excel"},
        description="The leadership workbook of the published generation.",
    )
    def scorecard_workbook(warehouse_home: WarehouseHome) -> dg.MaterializeResult:  # type: ignore[type-arg]
        settings = warehouse_home.settings()
        workbook = road.scorecard(settings, road.published(settings))
        return dg.MaterializeResult(metadata={"workbook": dg.MetadataValue.path(workbook)})

    return [build_marts, generation, scorecard_workbook]


@contextmanager
def _environment(plan: BuildPlan) -> Iterator[None]:
    """dbt's process takes its environment from ours when it starts."""
    before = {name: os.environ.get(name) for name in plan.environment}
    os.environ.update(plan.environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
