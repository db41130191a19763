"""The way of every deal through the stages: one row per save, over its whole life, future included.

Moves forward, steps back, repeated saves that slip the close date or correct the amount, reopenings.
Deliveries cut this table at their date; nothing here knows about files.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_size import DAYS, FIRST_DAY, Size

STAGES = np.array(
    [
        *("Prospecting", "Qualification", "Solution Fit", "Proposal", "Negotiation"),
        *("Closed Won", "Closed Lost", "Duplicate", "Unqualified"),
    ]
)
WON, LOST, DUPLICATE, UNQUALIFIED, SAME = 5, 6, 7, 8, -1
SLIP_SHARE = 0.18


def build_saves(rng: np.random.Generator, size: Size, deals: pd.DataFrame) -> pd.DataFrame:
    """Columns deal, at (seconds since 1970), stage (number), amount (cents), close_day, in order of time."""
    days = deals["days"].to_numpy()
    visited, entry = _draw_path(rng, deals)
    deal, stage = np.nonzero(visited)
    rows = [pd.DataFrame({"deal": deal, "offset": entry[deal, stage], "stage": stage})]
    ends = np.where(deals["won"], WON, LOST)
    rows.append(pd.DataFrame({"deal": np.arange(len(deals)), "offset": days, "stage": ends}))
    rows += _step_back(rng, days, visited, entry)
    slips = np.where(days >= 10, rng.choice(4, len(deals), p=[0.72, 0.18, 0.07, 0.03]), 0)
    rows += _repeat_saves(rng, days, slips)
    rows += _correct_after_win(rng, size, deals)
    rows += _reopen(rng, size, deals)
    saves = pd.concat(rows, ignore_index=True)
    for column, default in (("slips", 0), ("corrects", 0), ("pushes", 0)):
        saves[column] = saves[column].fillna(default).astype(np.int64) if column in saves else default
    saves = saves.sort_values(["deal", "offset"], kind="stable", ignore_index=True)
    return _complete(rng, deals, saves, slips)


def _draw_path(rng: np.random.Generator, deals: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which of the five open stages a deal visits, and how many days after creation it enters each."""
    count = len(deals)
    first = rng.choice(3, count, p=[0.45, 0.35, 0.20])
    reach = np.where(deals["won"], rng.choice([3, 4], count, p=[0.35, 0.65]), first + rng.geometric(0.52, count) - 1)
    last = np.clip(reach, first, 4)
    stage = np.arange(5)
    visited = (stage >= first[:, None]) & (stage <= last[:, None])
    skipped = rng.random((count, 5)) < 0.12
    visited &= ~skipped | (stage == first[:, None]) | (stage == last[:, None])
    stay = rng.gamma(1.6, np.array([0.7, 0.9, 1.1, 1.3, 1.2]), (count, 5)) * visited
    before = np.cumsum(stay, axis=1) - stay
    share = before / stay.sum(axis=1, keepdims=True)
    return visited, np.floor(share * (deals["days"].to_numpy()[:, None] - 1)).astype(np.int64)


def _step_back(
    rng: np.random.Generator, days: NDArray[np.int64], visited: NDArray[np.bool_], entry: NDArray[np.int64]
) -> list[pd.DataFrame]:
    """Some deals fall back one stage from their last one and return, a few of them twice."""
    last = 4 - np.argmax(visited[:, ::-1], axis=1)
    since = entry[np.arange(len(days)), last]
    rest = days - since
    back = np.flatnonzero((last >= 3) & (rest >= 12) & (rng.random(len(days)) < 0.12))
    twice = back[(rest[back] >= 25) & (rng.random(len(back)) < 0.25)]
    steps = [(back, -1, 0.2), (back, 0, 0.4), (twice, -1, 0.6), (twice, 0, 0.8)]
    return [
        pd.DataFrame(
            {
                "deal": who,
                "offset": since[who] + (rest[who] * share).astype(np.int64),
                "stage": last[who] + move,
            }
        )
        for who, move, share in steps
    ]


def _repeat_saves(rng: np.random.Generator, days: NDArray[np.int64], slips: NDArray[np.int64]) -> list[pd.DataFrame]:
    """Saves without a move: the close date slips, or the amount is corrected."""
    frames = []
    for nth in (1, 2, 3):
        who = np.flatnonzero(slips >= nth)
        share = 1.0 - (slips[who] - nth + 1) * SLIP_SHARE
        frames.append(
            pd.DataFrame(
                {
                    "deal": who,
                    "offset": (days[who] * share * 0.95).astype(np.int64),
                    "stage": SAME,
                    "slips": 1,
                }
            )
        )
    who = np.flatnonzero((rng.random(len(days)) < 0.22) & (days >= 8))
    offset = (days[who] * rng.uniform(0.2, 0.9, len(who))).astype(np.int64)
    frames.append(pd.DataFrame({"deal": who, "offset": offset, "stage": SAME, "corrects": 1}))
    return frames


def _correct_after_win(rng: np.random.Generator, size: Size, deals: pd.DataFrame) -> list[pd.DataFrame]:
    """A save in Closed Won some days after the win: the win keeps its date."""
    won = np.flatnonzero(deals["won"] & (deals["created"] + deals["days"] < DAYS - 60))
    who = rng.choice(won, size.dirty(15), replace=False)
    return [pd.DataFrame({"deal": who, "offset": deals["days"].to_numpy()[who] + 9, "stage": SAME, "corrects": 1})]


def _reopen(rng: np.random.Generator, size: Size, deals: pd.DataFrame) -> list[pd.DataFrame]:
    """Lost deals that come back; half of them are won in the end, the others are open still."""
    days = deals["days"].to_numpy()
    lost = np.flatnonzero(~deals["won"] & deals["created"].add(days).between(200, DAYS - 90))
    who = rng.choice(lost, size.dirty(8), replace=False)
    again = pd.DataFrame({"deal": who, "offset": days[who] + 21, "stage": 4, "pushes": 1})
    return [again, pd.DataFrame({"deal": who[::2], "offset": days[who[::2]] + 55, "stage": WON})]


def _complete(
    rng: np.random.Generator, deals: pd.DataFrame, saves: pd.DataFrame, slips: NDArray[np.int64]
) -> pd.DataFrame:
    """Fills stage, time, amount and close date of every save from the saves before it."""
    deal = saves["deal"].to_numpy()
    first = np.flatnonzero(np.r_[True, deal[1:] != deal[:-1]])
    start = np.repeat(first, np.diff(np.r_[first, len(deal)]))
    place = np.arange(len(deal))
    known = np.maximum.accumulate(np.where(saves["stage"].to_numpy() != SAME, place, 0))
    stage = saves["stage"].to_numpy()[known]
    weekends = rng.random(len(deals)) < 0.05
    created = deals["created"].to_numpy()
    day = _to_working_day(created[deal] + saves["offset"].to_numpy(), weekends[deal])
    clock = rng.integers(7 * 3600, 18 * 3600, len(deals))[deal] + (place - start) * 97 + rng.integers(0, 97, len(deal))
    epoch = int(FIRST_DAY.astype("datetime64[s]").astype(np.int64))
    closed = stage >= WON
    slack = rng.integers(0, 16, len(deals))
    done = _count_within(saves["slips"].to_numpy(), start)
    share = 1.0 - (slips[deal] - done) * SLIP_SHARE
    planned = created[deal] + np.maximum(3, np.ceil((deals["days"].to_numpy() + slack)[deal] * share)).astype(np.int64)
    planned = np.where(
        _count_within(saves["pushes"].to_numpy(), start) > 0,
        day[start] + saves["offset"].to_numpy()[known] + 40,
        planned,
    )
    close_day = np.where(closed, day[known], _to_working_day(planned, weekends[deal]))
    change = np.where(saves["corrects"] > 0, rng.normal(0.02, 0.12, len(deal)), 0.0)
    factor = np.exp(_count_within(change, start))
    amount = _scale_money(deals["amount"].to_numpy()[deal], factor)
    return pd.DataFrame(
        {
            "deal": deal,
            "at": epoch + day * 86_400 + clock,
            "stage": stage,
            "amount": amount,
            "close_day": close_day,
        }
    )


def _to_working_day(day: NDArray[np.int64], as_is: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Saturdays and Sundays become Mondays, except for deals of people who work at weekends."""
    weekday = (day + 6) % 7  # day 0 was a Sunday
    return np.where(as_is, day, day + np.where(weekday >= 5, 7 - weekday, 0))


def _count_within(values: NDArray[np.generic], start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Running total within each deal."""
    total = np.cumsum(values.astype(np.float64))
    return np.asarray(total - total[start] + values.astype(np.float64)[start])


def _scale_money(amount: NDArray[np.int64], factor: NDArray[np.float64]) -> NDArray[np.int64]:
    step = np.where(amount % 5_000 == 0, 5_000, 1)
    changed = np.maximum(np.round(amount * factor / step), 1).astype(np.int64) * step
    return np.where(np.abs(factor - 1.0) < 1e-9, amount, changed)
