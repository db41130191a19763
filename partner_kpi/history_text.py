"""How a replay and a rebuild look in a terminal. Nothing is computed here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from rich.table import Table

from ingest.rebuild import RebuiltTable
from partner_kpi.replay import ReplayReport
from partner_kpi.road import Narrator
from partner_kpi.terminal import quiet_narrator, terminal_narrator, wide_console


@contextmanager
def narrate(*, is_quiet: bool) -> Iterator[Narrator]:
    """Somebody who tells each step, or nobody."""
    if is_quiet:
        yield quiet_narrator()
    else:
        with terminal_narrator() as narrator:
            yield narrator


def show_replay(report: ReplayReport) -> None:
    """What was replayed and where it lies."""
    console = wide_console()
    done = "Replayed" if report.is_new else "Already there"
    console.print(f"{done}: as of {report.as_of}, as known at {report.known_at:%Y-%m-%d %H:%M} UTC")
    console.print(f"  marts     {report.database}\n  workbook  {report.workbook}", soft_wrap=True)


def show_rebuilt(tables: Sequence[RebuiltTable]) -> None:
    """Each raw table, before and anew."""
    console = wide_console()
    table = Table("export", "versions before", "anew", "", box=None, pad_edge=False)
    for each in tables:
        if each.versions_before or each.versions_after:
            same = "equal" if each.is_equal else "[bold]differs[/]"
            table.add_row(each.export, f"{each.versions_before:,}", f"{each.versions_after:,}", same)
    console.print(table)


def rebuilt_json(tables: Sequence[RebuiltTable]) -> str:
    """The same for machines."""
    return json.dumps([asdict(each) for each in tables], indent=2)
