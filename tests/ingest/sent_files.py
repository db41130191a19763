"""What senders may send: a few small exports in every mode, and files of them with all that can be odd in a file.

Values only. What holds after some of them were taken in is `accepted_fold`'s.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

FIRST_DAY = date(2025, 1, 29)
Row = tuple[str, ...]
Fault = Literal["", "header", "cut", "quote", "uneven", "conflict"]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """An export as one instance delivers it; `columns` are its headers, canonical names, key first.

    `unreadable` is the place of a column that only takes numbers or dates, `ranged` that of a rolling range.
    """

    export: str
    instance: str
    mode: Literal["snapshot", "delta", "rolling", "append"]
    columns: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    unreadable: int
    ranged: int = 0

    @property
    def mapping(self) -> dict[str, Any]:
        columns: dict[str, Any] = {name: name for name in self.columns}
        columns |= {name: {"from": name, "format": "%Y-%m-%d", "zone": "UTC"} for name in columns if name[-3:] == "_at"}
        columns |= {name: {"fixed": text} for name, text in self.fixed}
        ranged = {"range_column": self.columns[self.ranged]} if self.mode == "rolling" else {}
        return {"columns": columns, "mode": self.mode} | ranged


DEALS = Feed(
    export="crm.opportunities", instance="crm", mode="snapshot", unreadable=2, fixed=(("currency", "USD"),),
    columns=("opportunity_id", "stage", "amount", "created_date", "close_date"),
)  # fmt: skip
SAVES = Feed(
    export="crm.opportunity_history", instance="crm", mode="append", unreadable=3,
    columns=("history_id", "opportunity_id", "stage", "changed_date"),
)  # fmt: skip
_REGISTRATION = {
    "columns": ("registration_id", "status", "decided_at", "expires_date"),
    "fixed": (("partner_id", "P"), ("submitted_at", "2025-01-01T00:00:00Z")),
    "unreadable": 3,
}
REGISTRATIONS = Feed(export="prm.deal_registrations", instance="prm", mode="delta", **_REGISTRATION)
DESK = Feed(export="prm.deal_registrations", instance="desk", mode="rolling", ranged=3, **_REGISTRATION)
FEEDS = (DEALS, SAVES, REGISTRATIONS, DESK)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One file: its rows by key, and what else stands in it.

    `copies` rows stand there twice, `unreadable` rows have a cell that is no value, `keyless` have no key. A `fault`
    spoils the file as a whole.
    """

    feed: Feed
    day: int
    rows: tuple[Row, ...]
    part: str = "a"
    copies: int = 0
    unreadable: int = 0
    keyless: int = 0
    fault: Fault = ""

    @property
    def as_of(self) -> date:
        return FIRST_DAY + timedelta(days=self.day)

    @property
    def name(self) -> str:
        return f"{self.feed.instance}_{self.feed.export}_{self.as_of}_{self.part}.csv"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def collapsed(self) -> int:
        return min(self.copies, len(self.rows))

    @property
    def rejected(self) -> int:
        return self.unreadable + self.keyless

    @property
    def text(self) -> str:
        blank, width = ("",) * len(self.feed.columns), len(self.feed.columns)
        rows = [*self.rows, *self.rows[: self.copies], *[_put(blank, 1, "x")] * self.keyless]
        rows += [_put(_put(blank, 0, "z"), self.feed.unreadable, "soon")] * self.unreadable
        header = ("renamed", *self.feed.columns[1:]) if self.fault == "header" else self.feed.columns
        rows += {"quote": [('"z', *blank[1:])], "uneven": [("z",) * (width + 1)]}.get(self.fault, [])
        if self.fault == "conflict":
            rows += [_put(_put(blank, 0, "q"), 1, stage) for stage in "xy"]
        text = "".join(",".join(row) + "\n" for row in [header, *rows])
        return text[:-1] if self.fault == "cut" else text

    @property
    def spoilt(self) -> bool:
        """Whether the file is refused as it stands; a header whose line does not end may be cut off too."""
        return self.fault != ""


def _put(row: Row, place: int, text: str) -> Row:
    return (*row[:place], text, *row[place + 1 :])
