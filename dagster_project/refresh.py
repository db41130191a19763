"""When the road is walked: one job for all of it, its schedules, the sensor that sees deliveries, what a failure tells.

What a refresh does is `partner_kpi.road`'s.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from dagster_project.home import WarehouseHome
from ingest.errors import InboxError
from ingest.pulling.arrival import list_states
from partner_kpi.road import POLICY_FOLDER
from partner_kpi.settings import Settings

SENSOR_SECONDS = 60


@dg.failure_hook(required_resource_keys={"warehouse_home"})
def tell_failure(context: dg.HookContext) -> None:
    """A line in the home's `logs/alerts.jsonl` and in the run's log: what failed, and what to do."""
    settings: Settings = context.resources.warehouse_home.settings()
    settings.logs.mkdir(parents=True, exist_ok=True)
    alert = {
        "happened_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run_id": context.run_id,
        "step": context.op.name,
        "error": str(context.op_exception),
        "what_to_do": "Readers keep the last generation. Read the run's log, mend the cause, run the job again.",
    }
    with (settings.logs / "alerts.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps(alert) + "\n")
    context.log.error(f"{alert['step']} failed: {alert['error']} {alert['what_to_do']}")


refresh_job = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    hooks={tell_failure},
    description="Exports in, gated; marts built and tested; published; workbook written.",
)

daily_refresh = dg.ScheduleDefinition(
    name="daily_refresh", job=refresh_job, cron_schedule="30 6 * * *",
    description="Every morning, after the nightly exports.",
)  # fmt: skip

monthly_scorecard = dg.ScheduleDefinition(
    name="monthly_scorecard", job=refresh_job, cron_schedule="0 7 2 * *", tags={"scorecard": "month_end"},
    description="On the second of the month, when month-end exports have arrived: the same refresh, tagged month_end.",
)  # fmt: skip


@dg.sensor(
    job=refresh_job,
    minimum_interval_seconds=SENSOR_SECONDS,
    description="Starts a refresh when files appeared or changed in the inbox or the policies, and have come to rest.",
)
def delivery_sensor(
    context: dg.SensorEvaluationContext, warehouse_home: WarehouseHome
) -> dg.SensorResult | dg.SkipReason:
    """Two looks that see the same, and another state than the last run saw: a run. The cursor keeps both."""
    settings = warehouse_home.settings()
    try:
        seen = listing(settings)
    except InboxError as error:
        return dg.SkipReason(str(error))
    cursor = json.loads(context.cursor or "{}")
    if seen == cursor.get("ran"):
        return dg.SkipReason("Nothing new in the inbox.")
    if seen != cursor.get("seen"):
        return dg.SensorResult(
            skip_reason="Something changed; waiting until it rests.", cursor=json.dumps({**cursor, "seen": seen})
        )
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=json.dumps({"ran": seen, "seen": seen}))


def listing(settings: Settings) -> str:
    """Fingerprint of names, sizes and times of all files that a refresh would look at; reads and fetches no file.

    A server is asked once, without further tries. Raises InboxError where the inbox cannot be seen.
    """
    digest = hashlib.sha256("\n".join(list_states(settings.inbox, settings.access)).encode())
    for folder in (settings.policies, settings.vendors, settings.suites, POLICY_FOLDER):
        for path in sorted(_files(folder)):
            stat = path.stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
