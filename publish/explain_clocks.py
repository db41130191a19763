"""The clocks of service behind an answer: what was promised, when it fell due, when it stopped, and who says so.

`kpi_evidence` says that a clock counts and as what; the facts that a person wants to see of it stand in
`marts.fct_sla_clocks`. What counts is `publish.evidence`'s, the rest of the screen `publish.explain_text`'s.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
from rich.table import Table
from rich.text import Text

from publish.evidence import EvidenceRow
from publish.reading import fetch

ENTITY = "sla_clock"
_UNITS = {"business_minutes": "business min", "business_days": "business days", "calendar_minutes": "min"}


@dataclass(frozen=True, kw_only=True)
class ClockFact:
    """A row of `marts.fct_sla_clocks`; stamps are UTC, seconds are those of the target's calendar."""

    sla_clock_id: str
    entity_id: str
    priority: str | None
    started_at: dt.datetime
    due_at: dt.datetime | None
    stopped_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    cancel_reason: str | None
    policy_id: str | None
    target: Decimal | None
    target_unit: str | None
    is_source_due: bool
    elapsed_seconds: int
    target_seconds: int | None
    state: str
    source_met: bool | None
    is_disagreement: bool


def find_clocks(connection: duckdb.DuckDBPyConnection, rows: Sequence[EvidenceRow]) -> tuple[ClockFact, ...]:
    """The clocks that these rows of evidence are about, in their order; none where they are about something else."""
    wanted = [row.entity_id for row in rows if row.entity_type == ENTITY]
    if not wanted:
        return ()
    found = fetch(
        connection,
        ClockFact,
        "from marts.fct_sla_clocks where list_contains($wanted, sla_clock_id)",
        {"wanted": wanted},
    )
    by_id = {clock.sla_clock_id: clock for clock in found}
    return tuple(by_id[clock_id] for clock_id in dict.fromkeys(wanted) if clock_id in by_id)


def render_clocks(title: str, clocks: Sequence[ClockFact]) -> Table:
    """The clocks as a table for a terminal."""
    table = Table(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in ("what waits", "priority", "started", "due", "stopped", "used of target", "promise", "state", "source"):
        table.add_column(name, justify="right" if name == "used of target" else "left", overflow="fold")
    for clock in clocks:
        cells = (
            clock.entity_id, clock.priority or "", _minute(clock.started_at), _minute(clock.due_at), _end(clock),
            _used(clock), _promise(clock), clock.state.replace("_", " "), _verdict(clock),
        )  # fmt: skip
        table.add_row(*map(Text, cells), style="bold" if clock.is_disagreement else None)
    return table


def _minute(stamp: dt.datetime | None) -> str:
    return "" if stamp is None else f"{stamp:%Y-%m-%d %H:%M}"


def _end(clock: ClockFact) -> str:
    if clock.cancelled_at is not None:
        return f"{(clock.cancel_reason or 'cancelled').replace('_', ' ')} {_minute(clock.cancelled_at)}"
    return _minute(clock.stopped_at) or "not yet"


def _used(clock: ClockFact) -> str:
    used = _hours(clock.elapsed_seconds)
    return used if clock.target_seconds is None else f"{used} of {_hours(clock.target_seconds)}"


def _hours(seconds: int) -> str:
    """Hours and minutes, as `7:05 h`; seconds where there are any."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "") + " h"


def _promise(clock: ClockFact) -> str:
    if clock.is_source_due:
        return "the source's due time"
    if clock.target is None:
        return "none"
    return f"{clock.policy_id}: {clock.target.normalize():f} {_UNITS.get(clock.target_unit or '', clock.target_unit)}"


def _verdict(clock: ClockFact) -> str:
    if clock.source_met is None:
        return ""
    return ("met" if clock.source_met else "breached") + (", differs" if clock.is_disagreement else "")
