"""Moments of the tables of truth: seconds since 1970, UTC, FAR where a thing never happened; and how files write them.

Days, counted from FIRST_DAY, are `workload_size` and `workload_partners`.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bench.workload_registrations import EPOCH

FAR = 10**12
DAY = 86_400
Moments = NDArray[np.int64]


def to_moment(text: str) -> int:
    """Seconds of `YYYY-MM-DD HH:MM[:SS]`, UTC; FAR for an empty text."""
    return int(datetime.fromisoformat(text + "+00:00").timestamp()) if text else FAR


def at_hours(rng: np.random.Generator, days: NDArray[np.int64], first: int = 7, last: int = 18) -> Moments:
    """Those days, each at some second between two full hours."""
    return np.asarray(
        EPOCH + np.asarray(days, dtype=np.int64) * DAY + rng.integers(first * 3_600, last * 3_600, len(days))
    )


def days_of(moments: Moments) -> NDArray[np.int64]:
    """Day numbers of moments."""
    return (np.asarray(moments) - EPOCH) // DAY


def write_moments(moments: Moments, unset: str = "", separator: str = "T", zone: str = "Z") -> NDArray[np.str_]:
    """`YYYY-MM-DDTHH:MM:SSZ`, or what this system writes where nothing is set."""
    moments = np.asarray(moments, dtype=np.int64)
    known = moments < FAR
    texts = np.where(known, moments, 0).astype("datetime64[s]").astype(str)
    if separator != "T":
        texts = np.char.replace(texts, "T", separator)
    return np.where(known, np.char.add(texts, zone), unset)


def hide_later(moments: Moments, cut: int) -> Moments:
    """Moments as a delivery at `cut` knows them: what comes after has not happened."""
    moments = np.asarray(moments, dtype=np.int64)
    return np.where(moments <= cut, moments, FAR)
