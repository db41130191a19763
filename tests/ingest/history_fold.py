"""The plain fold that raw history is compared with: deliveries as values, and what holds on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAY = date(2025, 1, 1)


@dataclass(frozen=True)
class Sent:
    """A delivery: its day, and for each key a (stage, close day)."""

    day: int
    rows: tuple[tuple[str, tuple[str, int]], ...]
    mode: str = "snapshot"

    @property
    def as_of(self) -> date:
        return DAY + timedelta(days=self.day)

    @property
    def text(self) -> str:
        # The mode stands in the header, ignored: other bytes, so that no other delivery is its duplicate.
        lines = [f"{key},{stage},{DAY + timedelta(days=close)},\n" for key, (stage, close) in self.rows]
        return f"opportunity_id,stage,close_date,{self.mode}\n" + "".join(lines)

    @property
    def mapping(self) -> dict[str, Any]:
        ignored = {"mode": self.mode, "ignore_columns": [self.mode]}
        return ignored | ({"range_column": "close_date"} if self.mode == "rolling" else {})


def fold(sent: list[Sent], day: int) -> dict[str, tuple[str, int]]:
    """What holds on a day: the deliveries up to it, by date and then by order of arrival."""
    state: dict[str, tuple[str, int]] = {}
    for _, delivery in sorted(enumerate(sent), key=lambda item: (item[1].day, item[0])):
        if delivery.day > day:
            continue
        rows = dict(delivery.rows)
        if delivery.mode == "append":
            state = rows | state
            continue
        days = [close for _, close in rows.values()]
        gone = {
            "snapshot": set(state) - set(rows),
            "delta": set(),
            "rolling": {k for k in set(state) - set(rows) if days and min(days) <= state[k][1] <= max(days)},
        }[delivery.mode]
        state = {key: row for key, row in state.items() if key not in gone} | rows
    return state
