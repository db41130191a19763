"""Office hours of the vendor's desk for whole columns: Monday to Friday, nine to five in Berlin, holidays unknown.

This is how the service desk of the sample counts for its own verdicts. It knows the hour of summer, not Christmas,
and so sometimes disagrees with the policy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.workload_times import DAY, Moments

OPENS, CLOSES = 9 * 3_600, 17 * 3_600
SUNDAYS = np.array(
    [
        np.datetime64(f"{year}-{month}-31T01:00:00", "s").astype(np.int64)
        for year in range(2023, 2030)
        for month in ("03", "10")
    ]
)
CHANGES = SUNDAYS - ((SUNDAYS // DAY + 4) % 7) * DAY  # the last Sunday of March and of October, one o'clock UTC


def to_berlin(moments: Moments) -> Moments:
    """Local seconds: an hour ahead of UTC, two in summer."""
    summer = np.searchsorted(CHANGES, moments, side="right") % 2 == 1
    return np.asarray(moments + np.where(summer, 7_200, 3_600))


def count_office_seconds(start: Moments, stop: Moments) -> NDArray[np.int64]:
    """Open seconds between two columns of moments."""
    return np.asarray(_open_before(to_berlin(stop)) - _open_before(to_berlin(start)))


def _open_before(local: Moments) -> NDArray[np.int64]:
    day, second = np.divmod(local, DAY)
    weeks, weekday = np.divmod(day + 3, 7)  # 1970-01-01 was a Thursday; Monday is 0
    today = np.where(weekday < 5, np.clip(second - OPENS, 0, CLOSES - OPENS), 0)
    return np.asarray((weeks * 5 + np.minimum(weekday, 5)) * (CLOSES - OPENS) + today)


def move_into_hours(rng: np.random.Generator, moments: Moments) -> Moments:
    """The same moments, or some minute of the next opening where the desk is closed."""
    local = to_berlin(moments)
    day, second = np.divmod(local, DAY)
    weekday = (day + 3) % 7
    late = (second >= CLOSES) & (weekday < 5)
    skip = np.where(weekday >= 5, 7 - weekday, np.where(late, np.where(weekday == 4, 3, 1), 0))
    early = (weekday < 5) & (second < OPENS)
    opening = moments + skip * DAY - second + OPENS + rng.integers(60, 9_000, len(moments))
    return np.asarray(np.where((skip > 0) | early, opening, moments))
