"""Measures everything in one go and writes the page about it: `python -m bench.benchmark --size small`.

Scenarios, floors, rival and queries run one after the other, each in processes of its own. What a ratio compares was
measured in the same run on the same machine. `make bench` calls this.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from bench.goals import Measured, judge_goals
from bench.performance_page import write_page
from bench.process_tree import Cost, measure
from bench.scenarios import FIRST, Scenario, make_inbox, run_scenarios
from bench.workload_size import SIZES
from partner_kpi.settings import load_settings
from partner_kpi.warehouse_build import DBT, PROJECT_ARGUMENTS, dbt_environment

PROJECT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--work", type=Path, default=PROJECT / "var" / "bench", help="folder for inboxes and homes")
    parser.add_argument("--page", type=Path, default=PROJECT / "docs" / "performance.md")
    chosen = parser.parse_args(arguments)
    folder = chosen.work / chosen.size
    folder.mkdir(parents=True, exist_ok=True)
    measured = measure_all(chosen.size, folder)
    write_page(measured, judge_goals(measured), chosen.page)
    print(chosen.page.read_text("utf-8"))


def measure_all(size: str, folder: Path) -> Measured:
    """Every figure of one size."""
    inbox, home = folder / "inbox", folder / "home"
    make_inbox(size, inbox)
    files = sorted(inbox.glob(f"*/*_{FIRST}.csv"))
    measured = Measured(size=size, files=len(files), bytes=sum(path.stat().st_size for path in files))
    scenarios = run_scenarios(inbox, home)
    measured.scenarios.append(_tell(next(scenarios)))
    measured.models = _call_dbt(home, "run")
    if size == "sample":
        measured.bare_build = _call_dbt(home, "build", "--exclude-resource-type", "unit_test")
    measured.floors = {
        "bare CSV read": _floor("read", str(inbox), str(FIRST), str(_fresh(folder / "read.duckdb"))),
        "compiled SQL": _floor("models", str(home), str(folder / "plain" / "partner_kpi.duckdb")),
    }
    measured.rival = _module("bench.rival", str(inbox), str(home), str(folder / "rival.parquet"))
    print(_module("bench.rival_check", str(home), str(folder / "rival.parquet")).output, file=sys.stderr)
    for scenario in scenarios:
        measured.scenarios.append(_tell(scenario))
    current = (home / "published" / "current").resolve() / "partner_kpi.duckdb"
    measured.queries = json.loads(_module("bench.queries", str(current)).output)
    measured.first_of_medium = _remember(folder.parent, measured)
    return measured


def _remember(work: Path, measured: Measured) -> float | None:
    """Keep the seconds of the first load, for what compares two sizes; gives those of the medium one."""
    kept = work / "first_load_seconds.json"
    seconds: dict[str, float] = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    seconds[measured.size] = measured.scenarios[0].cost.wall_seconds
    kept.write_text(json.dumps(seconds), encoding="utf-8")
    return seconds.get("medium")


def _call_dbt(home: Path, *words: str) -> Cost:
    """dbt by itself, into a file of its own; it has read the project before, as in a run."""
    settings = load_settings(home=home)
    file = settings.home / "builds" / "models" / "partner_kpi.duckdb"
    file.parent.mkdir(parents=True, exist_ok=True)
    environment = {**dbt_environment(settings), "PARTNER_KPI_BUILD_FILE": str(file.absolute())}
    command = [DBT, "--quiet", *words, *PROJECT_ARGUMENTS, "--vars", json.dumps(settings.reporting())]
    return _well(measure(command, environment=environment), f"dbt {words[0]}")


def _floor(*arguments: str) -> Cost:
    return _module("bench.floors", *arguments)


def _module(name: str, *arguments: str) -> Cost:
    return _well(measure([sys.executable, "-m", name, *arguments], environment={"PYTHONPATH": str(PROJECT)}), name)


def _well(cost: Cost, name: str) -> Cost:
    if cost.exit_code:
        raise SystemExit(f"{name} ended with {cost.exit_code}; what it said stands above.")
    return cost


def _fresh(file: Path) -> Path:
    file.unlink(missing_ok=True)
    return file


def _tell(scenario: Scenario) -> Scenario:
    cost = scenario.cost
    print(f"{scenario.name}: {cost.wall_seconds:.1f} s, {cost.peak_bytes / 2**30:.2f} GiB", file=sys.stderr)
    return scenario


if __name__ == "__main__":
    os.environ.setdefault("DO_NOT_TRACK", "1")
    main()
