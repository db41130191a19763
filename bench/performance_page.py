"""docs/performance.md from the figures of one run: scenarios, what they are compared with, goals, queries."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from bench.goals import Judged, Measured
from bench.process_tree import Cost
from bench.scenarios import PHASES, Scenario

GIB = 2**30


def write_page(measured: Measured, goals: Iterable[Judged], target: Path) -> None:
    """The page as Markdown; what stands below the line `## Where the time goes` of an older page is kept."""
    kept = target.read_text("utf-8").partition("## Where the time goes")[1:] if target.is_file() else ("", "")
    lines = [
        "# Performance",
        "",
        f"Written by `make bench SIZE={measured.size}`. {_describe(measured)}",
        "",
        f"Machine: {os.cpu_count()} cores, {_memory() / GIB:.0f} GiB of memory, {platform.system()}, Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}. Seconds are wall seconds; "
        "`processor` is the time of all cores; memory is the greatest sum over all processes of a run.",
        "",
        *_tabulate(_scenario_head(), (_scenario_row(each, measured) for each in measured.scenarios)),
        "",
        "Reading goes on beside judging: `parse` is what a run had to wait for. `audit` is dbt's share for tests.",
        "",
        *_tabulate(["compared with", "seconds", "processor", "memory, GiB"], _others(measured)),
        "",
        *_tabulate(["goal", "limit", "measured", "verdict"], map(_goal_row, goals)),
        "",
        *_tabulate(["query", "95th percentile, ms"], ([name, f"{ms:.0f}"] for name, ms in measured.queries.items())),
        "",
    ]
    text = "\n".join(lines) + ("\n" + "".join(kept) if kept[0] else "")
    target.write_text(text, encoding="utf-8")


def _describe(measured: Measured) -> str:
    rows = measured.scenario("first load").rows
    return f"The first delivery: {measured.files} files, {measured.bytes / 10**6:,.0f} MB, {rows:,} rows."


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _scenario_head() -> list[str]:
    return [
        "run",
        "files",
        "MB",
        "rows read",
        "seconds",
        "/ rival",
        "/ first load",
        "processor",
        "memory, GiB",
        *PHASES,
    ]


def _scenario_row(each: Scenario, measured: Measured) -> list[str]:
    seconds, processor, memory = _cost(each.cost)
    first = measured.scenario("first load").cost.wall_seconds
    rival = measured.rival.wall_seconds if measured.rival else None
    ratios = [f"{each.cost.wall_seconds / other:.2f}" if other else "" for other in (rival, first)]
    phases = [f"{each.phases[name]:.1f}" if name in each.phases else "" for name in PHASES]
    counts = [str(each.files), f"{each.bytes / 10**6:,.0f}", f"{each.rows:,}"]
    return [each.name, *counts, seconds, *ratios, processor, memory, *phases]


def _others(measured: Measured) -> Iterator[list[str]]:
    compared = {
        **{f"floor: {name}": cost for name, cost in measured.floors.items()},
        "dbt, models only": measured.models,
        "dbt build": measured.bare_build,
        "rival: pandas, five KPIs": measured.rival,
    }
    for name, cost in compared.items():
        if cost:
            yield [name, *_cost(cost)]


def _goal_row(each: Judged) -> list[str]:
    return [each.goal, f"{each.limit:g} {each.unit}", f"{each.figure:.2f} {each.unit}", each.verdict]


def _cost(cost: Cost) -> list[str]:
    return [f"{cost.wall_seconds:.1f}", f"{cost.cpu_seconds:.1f}", f"{cost.peak_bytes / GIB:.2f}"]


def _tabulate(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [_line(head), "|" + "---|" * len(head), *map(_line, rows)]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
