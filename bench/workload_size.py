"""How large a made world is, and the two dates on which it is looked at.

Rows are functions of these counts only; memory grows linearly with them.
No randomness and no vocabulary here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

FIRST_DAY = np.datetime64("2024-09-01", "D")
LAST_DAY = np.datetime64("2026-08-31", "D")
DAYS = int((LAST_DAY - FIRST_DAY).astype(np.int64)) + 1
DELIVERIES = ("2026-07-31", "2026-08-31")
OVERLAP_FROM = np.datetime64("2026-07-25", "D")
SAMPLE_SEED = 20260831


def day_of(date: str) -> int:
    """Day number of an ISO date, counted from FIRST_DAY."""
    return int((np.datetime64(date, "D") - FIRST_DAY).astype(np.int64))


@dataclass(frozen=True, kw_only=True)
class Size:
    """Counts of the independent things; all other rows follow from them. `registered` thins out deal registrations."""

    partners: int
    customers: int
    opportunities: int
    direct_share: float = 0.30
    registered: float = 1.0
    users: int = 24
    learners: int = 1_150
    attempts: int = 2_350
    tickets: int = 1_440
    portal_events: int = 7_900

    def dirty(self, at_sample_size: int) -> int:
        """How many rows of one kind of dirt, given how many the sample has."""
        return max(at_sample_size, round(at_sample_size * self.opportunities / SAMPLE.opportunities))

    def identity_dirty(self, at_sample_size: int) -> int:
        """The same for oddities of identity, which grow with the partners."""
        return max(at_sample_size, round(at_sample_size * self.partners / SAMPLE.partners))


SAMPLE = Size(partners=250, customers=620, opportunities=2_900)
MEDIUM = Size(
    partners=2_000,
    customers=120_000,
    opportunities=1_000_000,
    registered=0.7,
    users=120,
    learners=600_000,
    attempts=3_000_000,
    tickets=1_000_000,
    portal_events=200_000,
)


def scale(size: Size, factor: float) -> Size:
    """The same world with `factor` times as much of everything, shares kept."""
    counts = {field.name: getattr(size, field.name) for field in fields(size) if field.type == "int"}
    return replace(size, **{name: round(count * factor) for name, count in counts.items()})


SIZES = {
    "sample": SAMPLE,
    "small": replace(scale(MEDIUM, 0.05), partners=400),  # fewer cannot bear all the oddities of identity
    "medium": MEDIUM,
    "large": scale(MEDIUM, 4),
}
