"""When the road is walked: one job for all of it, its schedules, the sensor that sees deliveries; who is told its end.

What a refresh does is `partner_kpi.road`'s.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.home import WarehouseHome
from ingest.errors import InboxError
from ingest.pulling.arrival import list_states
from partner_kpi import road
from partner_kpi.road import POLICY_FOLDER
from partner_kpi.settings import Settings
from partner_kpi.standing import standing_refusals
from partner_kpi.watch import tell_end

SENSOR_SECONDS = 60


refresh_job = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
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


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[refresh_job],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After a refresh: a line in the operations log; an alert where something stands refused or is stale.",
)
def refresh_ended(context: dg.RunStatusSensorContext, warehouse_home: WarehouseHome) -> None:
    """What `partner-kpi run` does at its end, so that `status` and alerts do not depend on who started the run."""
    settings = warehouse_home.settings()
    problems = tuple(str(problem) for problem in road.pull(settings).problems)
    refused = bool(problems or standing_refusals(road.ledger(settings), road.decisions(settings)))
    tell_end(settings, {"run_id": context.dagster_run.run_id}, failure=None, problems=problems, refused=refused)


@dg.run_failure_sensor(
    monitored_jobs=[refresh_job],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After a refresh that failed or was killed: a line in the operations log, and an alert.",
)
def refresh_failed(context: dg.RunFailureSensorContext, warehouse_home: WarehouseHome) -> None:
    """The words of the steps that failed; of the run itself where no step did."""
    steps = [
        f"{event.step_key}: {_cause(event.step_failure_data.error)}"
        for event in context.get_step_failure_events()
        if event.step_failure_data.error
    ]
    failure = " ".join(steps) or context.failure_event.message or "The run was killed."
    tell_end(warehouse_home.settings(), {"run_id": context.dagster_run.run_id}, failure=" ".join(failure.split()))


def _cause(error: Any) -> str:
    """The first error of a chain, in its own words."""
    while error.cause is not None:
        error = error.cause
    return str(error.message)


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
