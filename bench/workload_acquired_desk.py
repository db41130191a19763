"""The service desk of the business that was bought: companies, incidents, the audit of their fields, response clocks.

When somebody answered is not told: a clock says when it began and how long it ran. Hand-made incidents are the
last ones, by label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_cast import find_cast
from bench.workload_learners import NOBODY
from bench.workload_office_hours import count_office_seconds, move_into_hours
from bench.workload_size import DAYS, Size, day_of
from bench.workload_support import SUBJECTS
from bench.workload_times import DAY, FAR, at_hours, to_moment

PARTNERS = ("amer:4", "emea:3", "apac:3", "silver:6")
STRANGERS = ("Quayside Hospital", "Municipal Works")
PRIORITIES = np.array(["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"])
TARGETS = np.array([480, 960, 2400, 4800]) * 60  # for the solution
RESOLVED, WORKED, HELD, WAITING = "Resolved", "In Progress", "On Hold", "New"
HAND_MADE = {
    # label: (priority, opened, seconds to the answer or None, seconds to the solution or None)
    "answer_by_duration": (2, "2026-07-14 08:00", 5_400, 14_400),
    "answer_over_a_night": (2, "2026-07-15 14:00", 64_800, 72_000),
    "answer_awaited": (3, "2026-08-31 08:00", None, None),
}


@dataclass(frozen=True, kw_only=True)
class AcquiredDesk:
    """Tables of truth: companies, incidents, audit rows (incident, at, field, value); and labels."""

    companies: pd.DataFrame
    incidents: pd.DataFrame
    audit: pd.DataFrame
    labels: dict[str, int]


def build_acquired_desk(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> AcquiredDesk:
    """Everything of that desk up to the last delivery."""
    number = [find_cast(partners, wanted) for wanted in PARTNERS]
    companies = pd.DataFrame(
        {
            "partner": [*number, NOBODY, NOBODY],
            "name": [*(partners["stem"].iloc[number] + " Support"), *STRANGERS],
            "website": [*partners["domain"].iloc[number[:3]], "", "www.quayside-hospital.org", ""],
            "country": [*partners["later_country"].iloc[number], 2, 0],
            "key": ["", "", "", partners["key"].iloc[number[3]], "", ""],
        }
    )
    count = size.identity_dirty(117)
    drawn = _draw(rng, count, len(companies))
    told = pd.DataFrame(
        [
            {
                **{"company": 1, "subject": f"Case: {label.replace('_', ' ')}", "priority": priority},
                **{"opened": to_moment(opened), "held": False, "cancelled": False},
                "answered": FAR if answer is None else to_moment(opened) + answer,
                "resolved": FAR if solution is None else to_moment(opened) + solution,
            }
            for label, (priority, opened, answer, solution) in HAND_MADE.items()
        ]
    )
    incidents = pd.concat([drawn, told], ignore_index=True)
    spent = count_office_seconds(
        incidents["opened"].to_numpy(),
        np.where(incidents["resolved"] < FAR, incidents["resolved"], incidents["opened"]),
    )
    incidents["kept"] = spent <= TARGETS[incidents["priority"]]
    return AcquiredDesk(
        companies=companies.assign(id=_draw_ids(rng, len(companies))),
        incidents=incidents.assign(id=_draw_ids(rng, len(incidents)), clock=_draw_ids(rng, len(incidents))),
        audit=_write_audit(incidents),
        labels={label: count + place for place, label in enumerate(HAND_MADE)},
    )


def _draw_ids(rng: np.random.Generator, count: int) -> list[str]:
    """Thirty-two hexadecimal digits each."""
    return [row.tobytes().hex() for row in rng.integers(0, 256, (count, 16), dtype=np.uint8)]


def _draw(rng: np.random.Generator, count: int, companies: int) -> pd.DataFrame:
    begin = day_of("2026-01-05")
    opened = move_into_hours(rng, at_hours(rng, begin + (rng.random(count) * (DAYS - 8 - begin)).astype(np.int64)))
    priority = rng.choice(4, count, p=[0.08, 0.2, 0.5, 0.22])
    answered = move_into_hours(rng, opened + (np.exp(rng.normal(8.6, 0.9, count))).astype(np.int64) + 60)
    resolved = move_into_hours(rng, answered + (np.exp(rng.normal(0.3, 0.9, count)) * DAY).astype(np.int64) + 900)
    cut = at_hours(np.random.default_rng(0), np.array([DAYS - 1]), 20, 21)[0]
    return pd.DataFrame(
        {
            "company": rng.choice(companies, count, p=[0.24, 0.24, 0.2, 0.2, 0.08, 0.04]),
            "subject": SUBJECTS[rng.integers(0, len(SUBJECTS), count)],
            "priority": priority,
            "opened": opened,
            "answered": np.where(answered <= cut, answered, FAR),
            "resolved": np.where(resolved <= cut, resolved, FAR),
            "held": rng.random(count) < 0.15,
            "cancelled": rng.random(count) < 0.03,
        }
    )


def _write_audit(incidents: pd.DataFrame) -> pd.DataFrame:
    """State changes: taken up when answered, sometimes put on hold half-way, resolved; cancelled ones end so."""
    opened, answered = incidents["opened"].to_numpy(), incidents["answered"].to_numpy()
    resolved, who = incidents["resolved"].to_numpy(), np.arange(len(incidents))
    cancelled = incidents["cancelled"].to_numpy(dtype=bool)
    held = incidents["held"].to_numpy(dtype=bool) & (resolved < FAR) & ~cancelled
    quarter = (resolved - answered) // 4
    steps: list[tuple[NDArray[np.bool_], NDArray[np.int64], str, str]] = [
        ((answered < FAR) & ~cancelled, answered, "state", WORKED),
        ((answered < FAR) & ~cancelled, answered, "assigned_to", "u-desk"),
        (held, answered + quarter, "state", HELD),
        (held, answered + 3 * quarter, "state", WORKED),
        ((resolved < FAR) & ~cancelled, resolved, "state", RESOLVED),
        (cancelled, opened + 1_800, "state", "Canceled"),
    ]
    frames = [
        pd.DataFrame({"incident": who, "at": at, "field": field, "value": value})[mask]
        for mask, at, field, value in steps
    ]
    audit: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return audit.sort_values(["at", "incident"], kind="stable", ignore_index=True)
