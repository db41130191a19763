"""Clocks drawn at random from a known law, as the database gets them and as the oracle does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from oracles import NEVER, Clocks, Days, observe

Words = npt.NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class Population:
    """Clocks as they are, seen or not. Days are day numbers; `stop` is NEVER for those that go on."""

    start: Days
    stop: Days
    outcome: Words
    entered: Days
    observed_through: Days
    partner: Words

    def frame(self, case: str) -> pd.DataFrame:
        """Rows for mechanism.Simulation, with the case as their dimension."""
        return pd.DataFrame(
            {
                "clock_id": [f"{case}-{number}" for number in range(len(self.start))],
                "partner_id": self.partner,
                "dimension": case,
                "start_date": dates(self.start),
                "stop_date": dates(self.stop),
                "outcome": self.outcome,
                "entered_date": dates(self.entered),
                "observed_through": dates(self.observed_through),
            }
        )

    def clocks(self, stops: Collection[str] | None = None, *, partner: str | None = None) -> Clocks:
        """What is seen of them. Outcomes other than `stops` compete; None: any end is a stop."""
        chosen = np.ones(len(self.start), dtype=bool) if partner is None else self.partner == partner
        competes = np.zeros(len(self.start), bool) if stops is None else ~np.isin(self.outcome, list(stops))
        return observe(
            start=self.start[chosen],
            stop=self.stop[chosen],
            entered=self.entered[chosen],
            observed_through=self.observed_through[chosen],
            competes=competes[chosen],
        )


def draw(
    rng: np.random.Generator,
    size: int,
    *,
    first_start: dt.date,
    last_start: dt.date,
    observed_through: dt.date,
    hazards: dict[str, float],
    partners: int = 1,
) -> Population:
    """Clocks that start evenly and end on each day with the same hazard, by the causes in proportion to theirs.

    Age t (0 = the day of the start) is reached with probability (1 - sum of hazards) ** t.
    """
    start = rng.integers(first_start.toordinal(), last_start.toordinal() + 1, size)
    total = sum(hazards.values())
    causes = rng.choice(list(hazards), size, p=[hazard / total for hazard in hazards.values()])
    return Population(
        start=start,
        stop=start + rng.geometric(total, size) - 1,
        outcome=causes,
        entered=start,
        observed_through=np.full(size, observed_through.toordinal()),
        partner=np.array([f"partner:{number}" for number in rng.integers(0, partners, size)]),
    )


def dates(days: Days) -> pd.Series[pd.Timestamp]:
    """Day numbers as dates; NEVER as none."""
    epoch = dt.date(1970, 1, 1).toordinal()
    shown = np.where(days == NEVER, epoch, days) - epoch
    series = pd.Series(shown.astype("datetime64[D]").astype("datetime64[s]"))
    return series.where(days != NEVER)
