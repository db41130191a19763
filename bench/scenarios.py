"""What is measured, one run after the other in one home, each with its cost and what the run says of itself.

First load, the same again, a day's changes, everything once more with a hundredth changed, a replay.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.change import write_daily_change, write_delta_mappings, write_redelivery
from bench.process_tree import Cost, measure
from bench.workload import list_last, write_inbox
from bench.workload_size import DELIVERIES, SAMPLE_SEED, SIZES
from bench.workload_world import build_world

COMMAND = str(Path(sys.executable).with_name("partner-kpi"))
FIRST = date.fromisoformat(DELIVERIES[-1])
PHASES = ("pull", "parse", "gate", "commit", "dbt", "audit", "publish", "workbook")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One run: its cost, seconds by phase, and what it was given to read."""

    name: str
    cost: Cost
    phases: dict[str, float]
    files: int
    bytes: int
    rows: int


def make_inbox(size: str, inbox: Path) -> None:
    """The first delivery of a world of that size; one that lies there already is used again."""
    if not inbox.is_dir():
        partial = inbox.with_name(inbox.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        write_inbox(list_last(build_world(SIZES[size], SAMPLE_SEED)), partial)
        partial.rename(inbox)
    for path in inbox.glob("*/*_*.csv"):
        if path.name.rpartition("_")[2] > f"{FIRST}.csv":
            path.unlink()


def run_scenarios(inbox: Path, home: Path) -> Iterator[Scenario]:
    """Each scenario as soon as it is over, in an empty home."""
    shutil.rmtree(home, ignore_errors=True)
    write_delta_mappings(home / "vendors")
    yield _run("first load", inbox, home)
    yield _run("unchanged", inbox, home)
    write_daily_change(inbox, FIRST, FIRST + timedelta(days=1))
    yield _run("daily change", inbox, home)
    write_redelivery(inbox, FIRST, FIRST + timedelta(days=2))
    yield _run("delivered again, 1 % changed", inbox, home)
    yield _replay(inbox, home)


def _run(name: str, inbox: Path, home: Path) -> Scenario:
    cost = measure([COMMAND, "run", "--inbox", str(inbox), "--home", str(home), "--json"])
    report = _answer(name, cost)
    read = [each for each in report["results"] if each["verdict"] != "duplicate"]
    files = [path for each in read for path in inbox.glob(f"*/{each['file_name']}")]
    phases = report["seconds"]
    return Scenario(
        name=name,
        cost=cost,
        phases=_split_audit(home, phases),
        files=len(files),
        bytes=sum(path.stat().st_size for path in files),
        rows=sum(each["rows_in"] for each in read),
    )


def _replay(inbox: Path, home: Path) -> Scenario:
    """The scorecard of the first load once more."""
    cost = measure(
        [COMMAND, "replay", "--as-of", str(FIRST), "--home", str(home), "--json"],
        environment={"PARTNER_KPI_INBOX": str(inbox)},
    )
    _answer("replay", cost)
    return Scenario(name="replay", cost=cost, phases={}, files=0, bytes=0, rows=0)


def _answer(name: str, cost: Cost) -> dict[str, Any]:
    if cost.exit_code not in {0, 3}:
        raise SystemExit(f"The run of `{name}` ended with {cost.exit_code}: nothing can be said of it.")
    answer: dict[str, Any] = json.loads(cost.output)
    return answer


def _split_audit(home: Path, phases: dict[str, float]) -> dict[str, float]:
    """dbt builds and tests in one: its time is divided as that of its nodes."""
    results = home / "dbt/target/run_results.json"
    if "dbt" not in phases or not results.is_file():
        return phases
    nodes = json.loads(results.read_text("utf-8"))["results"]
    tests = sum(each["execution_time"] for each in nodes if each["unique_id"].startswith("test."))
    share = tests / max(sum(each["execution_time"] for each in nodes), 1e-9)
    return {**phases, "dbt": phases["dbt"] * (1 - share), "audit": phases["dbt"] * share}
