"""Rows of kpi_evidence in Python, each under the segments that it belongs to, as the definitions say."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import duckdb
import numpy as np
from oracles import CENSORED, COMPETED, STOPPED, Clocks, DatedTotals, Window

ATTRIBUTES = {
    "partner_type": ("partner_type",),
    "motion": ("motion",),
    "region": ("region",),
    "country": ("country",),
    "tier": ("tier",),
    "manager": ("manager",),
    "parent": ("parent_partner_id",),
    "region_x_type": ("region", "partner_type"),
}
TODAY = {f"{name}_current": ATTRIBUTES[name] for name in ("partner_type", "region", "country", "manager")}
DESCRIBED_BY = sorted({column for columns in ATTRIBUTES.values() for column in columns})
Segment = tuple[str, str]
Description = Mapping[str, str | None]


class Evidence(NamedTuple):
    """One row of kpi_evidence, as far as the aggregations ask."""

    evidence_id: str
    kpi_code: str
    dimension: str
    partner_id: str
    route: str | None
    event_date: dt.date | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    entry_duration: int | None
    duration: int | None
    outcome: str | None
    observed_through: dt.date | None
    numerator: Decimal | None
    denominator: Decimal | None
    currency: str | None
    excluded_reason: str | None

    @property
    def circumstances_date(self) -> dt.date | None:
        """The date whose circumstances count: the clock's start, the stock's beginning, else the event."""
        return self.started_at.date() if self.started_at else self.valid_from or self.event_date

    @property
    def placed_date(self) -> dt.date | None:
        """The date that places what was left out: the event, else the start."""
        return self.event_date or (self.started_at.date() if self.started_at else self.valid_from)


class Circumstances:
    """How each partner was described at any time, and is now."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        columns = ", ".join(DESCRIBED_BY)
        self._since: dict[str, list[dt.date]] = defaultdict(list)
        self._then: dict[str, list[Description]] = defaultdict(list)
        for partner_id, since, *described in connection.execute(
            f"select partner_id, valid_from, {columns} from marts.dim_partner_history order by 1, 2"
        ).fetchall():
            self._since[partner_id].append(since)
            self._then[partner_id].append(dict(zip(DESCRIBED_BY, described, strict=True)))
        self._now: dict[str, Description] = {
            partner_id: dict(zip(DESCRIBED_BY, described, strict=True))
            for partner_id, *described in connection.execute(
                f"select partner_id, {columns} from marts.dim_partners where not is_reserved"
            ).fetchall()
        }

    @cache  # noqa: B019
    def segments(self, partner_id: str, day: dt.date | None, route: str | None) -> list[Segment]:
        """Every segment that counts what happened to a partner on a day; what nobody stated is `unknown`."""
        segments = [("all", "all"), ("partner", partner_id), ("route", route or "unknown")]
        if partner_id != "direct":
            segments.append(("all_partners", "all_partners"))
            then, now = self._in_force(partner_id, day), self._now.get(partner_id, {})
            for described, kinds in ((then, ATTRIBUTES), (now, TODAY)):
                for kind, columns in kinds.items():
                    words = (described.get(column) or "unknown" for column in columns)
                    segments.append((kind, " / ".join(words)))
        return segments

    def _in_force(self, partner_id: str, day: dt.date | None) -> Description:
        since = self._since.get(partner_id, [])
        index = bisect_right(since, day or dt.date.max) - 1
        return self._then[partner_id][index] if index >= 0 else {}


Group = tuple[str, str, str, str]


def read_evidence(connection: duckdb.DuckDBPyConnection) -> list[Evidence]:
    """All evidence of a published file."""
    rows = connection.execute(f"select {', '.join(Evidence._fields)} from marts.kpi_evidence").fetchall()
    return list(map(Evidence._make, rows))


def group_by_segment(rows: Iterable[Evidence], circumstances: Circumstances) -> dict[Group, list[Evidence]]:
    """Rows by KPI, dimension, kind of segment and segment; a row is in many."""
    groups: dict[Group, list[Evidence]] = defaultdict(list)
    for row in rows:
        for kind, value in circumstances.segments(row.partner_id, row.circumstances_date, row.route):
            groups[row.kpi_code, row.dimension, kind, value].append(row)
    return groups


def read_clocks(rows: Sequence[Evidence], stops: Collection[str] | None, unit: str = "day") -> Clocks:
    """Clocks of evidence. Outcomes other than `stops` compete; None: any outcome is a stop.

    A clock in another unit than days is followed for the duration that its evidence states.
    """
    used = [row for row in rows if row.started_at and row.ended_at and row.observed_through]
    assert len(used) == len(rows)

    def ending(outcome: str | None) -> int:
        if outcome in (None, "censored"):
            return CENSORED
        return STOPPED if stops is None or outcome in stops else COMPETED

    started = np.array([row.started_at.toordinal() for row in used if row.started_at], dtype=np.int64)
    seen_from = np.array([0 if row.entry_duration is None else row.entry_duration + 1 for row in used])
    ended = np.array([row.ended_at.toordinal() for row in used if row.ended_at], dtype=np.int64)
    if unit != "day":
        ended = started + np.array([row.duration or 0 for row in used], dtype=np.int64)
    return Clocks(
        started=started,
        entered=started + seen_from,
        ended=ended,
        ending=np.array([ending(row.outcome) for row in used], dtype=np.int64),
        observed_through=np.array(
            [row.observed_through.toordinal() for row in used if row.observed_through], dtype=np.int64
        ),
    )


class Stock:
    """What stands on any evening: all that began by then and had not ended by then."""

    def __init__(self, rows: Iterable[Evidence]) -> None:
        known = [(row, row.numerator or Decimal(0)) for row in rows]
        self._began = DatedTotals((row.valid_from, amount) for row, amount in known)
        self._ended = DatedTotals((row.valid_to, amount) for row, amount in known if row.valid_to)

    def on(self, day: dt.date) -> Decimal:
        """The amount that stands at the end of the day."""
        return self._began.through(day) - self._ended.through(day)


def within(totals: DatedTotals, window: Window, period_type: str) -> Decimal:
    """A window's total; what has no date is in all time only."""
    return totals.everything(window.end) if period_type == "all_time" else totals.within(window)
