"""Waiting times by plain loops: Kaplan-Meier, cumulative incidence with competing ends, naive medians.

Slow on purpose and free of any statistics package, so that they can be read beside the textbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Clock = tuple[int, str]  # days, and how it ended; empty while it runs


def survival_quantile(clocks: Sequence[Clock], share: Fraction) -> int | None:
    """The smallest day by which at least `share` have ended in any way (Kaplan-Meier); None if never."""
    alive = Fraction(1)
    for day in sorted({days for days, end in clocks if end}):
        at_risk = sum(days >= day for days, _ in clocks)
        ended = sum(days == day and bool(end) for days, end in clocks)
        alive *= 1 - Fraction(ended, at_risk)
        if alive <= 1 - share:
            return day
    return None


def incidence_curve(clocks: Sequence[Clock], causes: Sequence[str]) -> list[tuple[int, float]]:
    """Share that has ended by one of `causes`, after each day, other ends competing (Aalen-Johansen)."""
    alive, total, curve = 1.0, 0.0, []
    for day in sorted({days for days, end in clocks if end}):
        at_risk = sum(days >= day for days, _ in clocks)
        wanted = sum(days == day and end in causes for days, end in clocks)
        ended = sum(days == day and bool(end) for days, end in clocks)
        total += alive * wanted / at_risk
        alive *= 1 - ended / at_risk
        curve.append((day, total))
    return curve


def incidence_by(clocks: Sequence[Clock], causes: Sequence[str], horizon: int) -> float:
    """The curve's height at a horizon in days."""
    return max((height for day, height in incidence_curve(clocks, causes) if day <= horizon), default=0.0)


def incidence_median(clocks: Sequence[Clock], causes: Sequence[str]) -> int | None:
    """The first day on which the curve reaches one half."""
    reached = [day for day, height in incidence_curve(clocks, causes) if height >= 0.5 - 1e-12]
    return min(reached, default=None)


def plain_median(days: Sequence[int]) -> int | None:
    """The middle one; None where the two middle ones differ, so that every convention agrees on it."""
    ordered = sorted(days)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return low if low == high else None
