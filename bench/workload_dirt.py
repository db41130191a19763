"""What real systems do to clean deals, each kind in small, known numbers.

Renewals, tests, deletions, merges, lost amounts and rates, wrong close dates, missing history. Every kind
takes deals of its own, so that counts add up; the planted cases come after, by hand.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_partners import AUGUST, NEVER
from bench.workload_saves import DUPLICATE, LOST, UNQUALIFIED, WON
from bench.workload_size import DAYS, Size

FLAGS: dict[str, bool | int | str] = {
    "is_test": False,
    "is_deleted": False,
    "deleted": NEVER,
    "vanishes": False,
    "merged_into": -1,
    "merged": NEVER,
    "no_amount": False,
    "has_history": True,
    "future_close": NEVER,
    "created_late": NEVER,
    "dirt": "",
}


def add_dirt(rng: np.random.Generator, size: Size, deals: pd.DataFrame, saves: pd.DataFrame) -> None:
    """Sets FLAGS on `deals`, and in `saves` the closing stages of duplicates and unqualified ones."""
    for flag, default in FLAGS.items():
        deals[flag] = default
    end = deals["created"] + deals["days"]
    reopened = saves["deal"][saves["stage"].isin([WON, LOST])].value_counts()
    free = ~deals.index.isin(reopened.index[reopened > 1])
    settled, won = end < AUGUST - 30, deals["won"]
    dollars = deals["currency"] == "USD"
    early = deals["created"] < AUGUST - 60

    def take(kind: str, count: int, where: pd.Series) -> NDArray[np.int64]:
        picked = rng.choice(np.flatnonzero(where & free), size.dirty(count), replace=False)
        free[picked] = False
        deals.loc[picked, "dirt"] = kind
        return np.asarray(picked)

    everywhere = pd.Series(True, index=deals.index)
    deals.loc[take("renewal", 150, everywhere), "type"] = "Renewal"
    _end_as(saves, take("unqualified", 30, settled & ~won), UNQUALIFIED)
    _end_as(saves, take("duplicate", 6, settled & ~won), DUPLICATE)
    tests = take("test", 8, everywhere)
    deals.loc[tests, "is_test"] = True
    deals.loc[tests, "name"] = "TEST " + deals.loc[tests, "name"]
    deleted = take("deleted", 10, early)
    deals.loc[deleted, "deleted"] = rng.integers(AUGUST - 60, DAYS - 2, len(deleted))
    vanished = take("vanished", 3, early)
    deals.loc[vanished, "vanishes"] = True
    _merge(rng, deals, take("merged", 8, early & ~won))
    deals.loc[take("no_amount", 9, settled & won), "no_amount"] = True
    deals.loc[take("no_amount", 6, early & ~won), "no_amount"] = True
    deals.loc[take("no_rate", 3, settled & won & dollars & (end > 500)), "currency"] = "BGN"
    deals.loc[take("no_rate", 2, settled & won & dollars), "currency"] = "ARS"
    deals.loc[take("future_with_history", 3, settled & won), "future_close"] = DAYS + 45
    future = take("future_without_history", 2, settled & won)
    deals.loc[future, "future_close"] = DAYS + 19
    late = take("closed_before_created", 3, settled & won & ~deals["registered"])
    deals.loc[late, "created_late"] = end[late] + 25
    bare = take("no_history", 10, settled & ~deals["registered"] & (end < 300))
    deals.loc[np.concatenate([future, late, bare]), "has_history"] = False


def _end_as(saves: pd.DataFrame, deals: NDArray[np.int64], stage: int) -> None:
    ends = saves["deal"].isin(deals) & saves["stage"].eq(LOST)
    saves.loc[ends, "stage"] = stage


def _merge(rng: np.random.Generator, deals: pd.DataFrame, losers: NDArray[np.int64]) -> None:
    """The same business entered twice: the second entry points to the first, of a clean deal."""
    clean = np.flatnonzero((deals["dirt"] == "") & (deals["created"] < AUGUST - 60))
    deals.loc[losers, "merged_into"] = rng.choice(clean, len(losers), replace=False)
    deals.loc[losers, "merged"] = deals.loc[losers, "created"] + 20
    deals.loc[losers[-1], "merged"] = DAYS - 15
