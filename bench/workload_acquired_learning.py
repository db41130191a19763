"""The learning system of the business that was bought: few people, courses that are their own certifications.

Its numbers of people, courses and certificates are numbers of the vendor's own system too. Hand-made rows are
the first ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.workload_cast import find_cast
from bench.workload_learners import NOBODY, ROLES
from bench.workload_partners import NEVER
from bench.workload_people import draw_names, make_mails
from bench.workload_size import DAYS, Size, day_of
from bench.workload_times import DAY, FAR, at_hours, days_of, to_moment

PARTNERS = ("silver:3", "emea:3", "emea:4", "amer:4", "apac:3")
STRANGERS = ("Lakeside Trainers", "Evening School")
COURSES = pd.DataFrame(
    [
        ("101", "Connect Basics", "Technical", "presales", 365),
        ("102", "Connect for Sellers", "Sales", "sales", 365),
        ("103", "Connect Implementation", "Delivery", "services", 0),
    ],
    columns=["course_id", "title", "category", "role", "certificate_validity_days"],
)
PASSED, FAILED, OPEN = "PASSED", "FAILED", ""


@dataclass(frozen=True, kw_only=True)
class AcquiredLearning:
    """Tables of truth; `labels` are the user numbers of hand-made people."""

    groups: pd.DataFrame
    users: pd.DataFrame
    progress: pd.DataFrame
    certificates: pd.DataFrame
    labels: dict[str, int]


def build_acquired_learning(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> AcquiredLearning:
    """Groups, people, what they took and what they were given."""
    number = [find_cast(partners, wanted) for wanted in PARTNERS]
    groups = pd.DataFrame(
        {
            "partner": [*number, NOBODY, NOBODY],
            "name": [*(partners["stem"].iloc[number] + " Academy"), *STRANGERS],
            "domain": [*partners["domain"].iloc[number], "lakeside-trainers.com", ""],
            "country": [*partners["later_country"].iloc[number], 0, 2],
        }
    )
    count = size.identity_dirty(60)
    first, last = draw_names(rng, count)
    group = rng.choice(len(groups), count, p=[0.16, 0.2, 0.2, 0.2, 0.16, 0.04, 0.04])
    group[:3] = 0
    domains = groups["domain"].replace("", "gmail.com").to_numpy(dtype=str)[group]
    users = pd.DataFrame(
        {
            "name": np.char.add(np.char.add(first, " "), last),
            "email": make_mails(first, last, domains),
            "group": group,
            "role": ROLES[rng.integers(0, 3, count)],
            "active": rng.random(count) < 0.95,
        }
    )
    users.loc[:2, "active"] = True
    progress = pd.concat([_tell(), _draw(rng, count)], ignore_index=True)
    passed = progress[progress["verdict"] == PASSED]
    days = COURSES["certificate_validity_days"].to_numpy()[passed["course"]]
    certificates = pd.DataFrame(
        {
            "user": passed["user"].to_numpy(),
            "course": passed["course"].to_numpy(),
            "issued": passed["completed"].to_numpy() + 60,
            "expires": np.where(days == 0, NEVER, days_of(passed["completed"].to_numpy()) + days),
        }
    )
    return AcquiredLearning(
        groups=groups,
        users=users,
        progress=progress,
        certificates=certificates,
        labels={"passes_with_few_points": 0, "fails_with_many_points": 1, "holds_for_good": 2},
    )


def _tell() -> pd.DataFrame:
    """The verdict counts here, not the score."""
    rows = [
        (0, 1, "2026-04-06 09:00", "2026-05-04 09:00", PASSED, 42),
        (1, 1, "2026-04-06 09:00", "2026-05-05 09:00", FAILED, 95),
        (2, 2, "2026-03-02 09:00", "2026-04-13 09:00", PASSED, 80),
    ]
    return pd.DataFrame(
        [
            {
                **{"user": user, "course": course, "enrolled": to_moment(begin), "started": to_moment(begin) + DAY},
                **{"completed": to_moment(end), "withdrawn": FAR, "verdict": verdict, "score": score},
            }
            for user, course, begin, end, verdict, score in rows
        ]
    )


def _draw(rng: np.random.Generator, users: int) -> pd.DataFrame:
    pairs = np.sort(rng.choice((users - 3) * len(COURSES), round(users * 1.4), replace=False))
    user, course = np.divmod(pairs, len(COURSES))
    count = len(pairs)
    begin = day_of("2025-06-01")
    enrolled = at_hours(rng, begin + (rng.random(count) * (DAYS - 90 - begin)).astype(np.int64))
    end = rng.choice(4, count, p=[0.6, 0.15, 0.1, 0.15])
    started = enrolled + rng.integers(3_600, 6 * DAY, count)
    over = started + rng.integers(DAY, 60 * DAY, count)
    done = end <= 1
    return pd.DataFrame(
        {
            "user": user + 3,
            "course": course,
            "enrolled": enrolled,
            "started": np.where((end == 3) & (rng.random(count) < 0.4), FAR, started),
            "completed": np.where(done, over, FAR),
            "withdrawn": np.where(end == 2, over, FAR),
            "verdict": np.select([end == 0, end == 1], [PASSED, FAILED], OPEN),
            "score": np.where(done, np.where(end == 0, rng.integers(60, 101, count), rng.integers(20, 60, count)), -1),
        }
    )
