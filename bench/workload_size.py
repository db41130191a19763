"""How large a made world is, and the two dates on which it is looked at.

Rows are functions of these counts only; memory grows linearly with them.
No randomness and no vocabulary here.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """Counts of the independent things; all other rows follow from them."""

    partners: int
    customers: int
    opportunities: int
    direct_share: float = 0.30
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
SIZES = {
    "sample": SAMPLE,
    "medium": Size(
        partners=2_500,
        customers=12_000,
        opportunities=100_000,
        users=120,
        learners=600_000,
        attempts=3_000_000,
        tickets=1_000_000,
        portal_events=1_000_000,
    ),
    "large": Size(
        partners=10_000,
        customers=150_000,
        opportunities=3_000_000,
        users=900,
        learners=1_500_000,
        attempts=8_000_000,
        tickets=3_000_000,
        portal_events=5_000_000,
    ),
}
