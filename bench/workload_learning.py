"""What people learn: attempts at courses, and the certificates that follow from passing, over their whole life.

An attempt ends passed, failed or withdrawn, or runs still; who failed or gave up may try again. Scores alone
say who passed. Deliveries cut these tables at their date.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_learning_catalogue import CERTIFICATIONS, COURSES, PASS_SHARE
from bench.workload_partners import NEVER
from bench.workload_registrations import EPOCH
from bench.workload_size import DAYS, Size
from bench.workload_times import DAY, FAR, Moments, at_hours, days_of

PASSED, FAILED, WITHDRAWN, STARTED, ENROLLED = range(5)
ENDS = np.array([0.66, 0.12, 0.09, 0.08, 0.05])
FIRST_ATTEMPTS = 0.88  # of all attempts
VALIDITY_DAYS = 180  # for which an enrolment may be used; certificates have their own


def build_attempts(rng: np.random.Generator, size: Size, learners: pd.DataFrame) -> pd.DataFrame:
    """Attempts with their moments and scores; at most one passes for a person and course."""
    pairs = rng.choice(len(learners) * len(COURSES), round(size.attempts * FIRST_ATTEMPTS), replace=False)
    learner, course = np.divmod(pairs, len(COURSES))
    begin = np.clip(learners["created"].to_numpy()[learner], 0, DAYS - 10)
    day = begin + (rng.random(len(learner)) * (DAYS - begin)).astype(np.int64)
    first = _run(rng, learner, course, at_hours(rng, day))
    over = np.where(first["end"] == WITHDRAWN, first["withdrawn"], first["completed"])
    again = np.isin(first["end"], [FAILED, WITHDRAWN]) & (over < EPOCH + (DAYS - 20) * DAY)
    places = np.flatnonzero(again)[: size.attempts - len(first)]
    day = days_of(over[places]) + rng.integers(1, 40, len(places))
    second = _run(rng, learner[places], course[places], at_hours(rng, day), ends=np.array([0.82, 0, 0, 0.12, 0.06]))
    attempts: pd.DataFrame = pd.concat([first, second], ignore_index=True)
    attempts = attempts[attempts["enrolled"] < EPOCH + DAYS * DAY]
    return attempts.sort_values(["enrolled", "learner", "course"], kind="stable", ignore_index=True)


def _run(
    rng: np.random.Generator,
    learner: NDArray[np.int64],
    course: NDArray[np.int64],
    enrolled: Moments,
    ends: NDArray[np.float64] = ENDS,
) -> pd.DataFrame:
    """One attempt each, from enrolling to its end."""
    count = len(learner)
    end = rng.choice(5, count, p=ends)
    opened = enrolled + (np.exp(rng.normal(0.3, 1.1, count)) * DAY).astype(np.int64)
    finished = opened + (np.exp(rng.normal(2.3, 0.8, count)) * DAY).astype(np.int64) + rng.integers(0, 7_200, count)
    best = np.where(rng.random(count) < 0.85, 100, 50)
    share = np.where(end == PASSED, rng.integers(35, 51, count), rng.integers(14, 35, count)) / 50
    done = np.isin(end, [PASSED, FAILED])
    limited = rng.random(count) < 0.3
    begin = days_of(enrolled)
    return pd.DataFrame(
        {
            "learner": learner,
            "course": course,
            "end": end,
            "enrolled": enrolled,
            "started": np.where(end == ENROLLED, FAR, opened),
            "completed": np.where(done, finished, FAR),
            "withdrawn": np.where(end == WITHDRAWN, finished, FAR),
            "score": np.where(done, np.round(share * best).astype(np.int64), -1),
            "max_score": best,
            "valid_from": np.where(limited, begin, NEVER),
            "valid_to": np.where(limited, begin + VALIDITY_DAYS, NEVER),
        }
    )


def build_certificates(rng: np.random.Generator, attempts: pd.DataFrame) -> pd.DataFrame:
    """One for every passed attempt at a course that leads to a certification, and renewals of some that ran out."""
    leads_to = np.full(len(COURSES), -1)
    numbers = COURSES["course_id"].tolist()
    leads_to[[numbers.index(course) for course in CERTIFICATIONS["course_id"]]] = np.arange(len(CERTIFICATIONS))
    certification = leads_to[attempts["course"].to_numpy()]
    passed = (attempts["score"] >= PASS_SHARE * attempts["max_score"]) & (attempts["completed"] < FAR)
    kept = attempts[(passed & (certification >= 0)).to_numpy()]
    delay = np.where(rng.random(len(kept)) < 0.7, 0, rng.integers(1, 4, len(kept)))
    first = _issue(
        kept["learner"].to_numpy(),
        leads_to[kept["course"].to_numpy()],
        kept["completed"].to_numpy() + 900 + delay * DAY,
    )
    taken_back = rng.random(len(first)) < 0.015
    late = first["issued"].to_numpy() + rng.integers(30, 200, len(first)) * DAY
    first["revoked"] = np.where(taken_back, late, FAR)
    renewed = np.flatnonzero((first["expires"] < DAYS + 30) & ~taken_back & (rng.random(len(first)) < 0.6))
    early = rng.random(len(renewed)) < 0.7
    shift = np.where(early, -rng.integers(1, 45, len(renewed)), rng.integers(5, 90, len(renewed)))
    expires = first["expires"].to_numpy()[renewed]
    again = _issue(
        first["learner"].to_numpy()[renewed],
        first["certification"].to_numpy()[renewed],
        at_hours(rng, expires + shift),
        since=np.where(early, expires, expires + shift),
    )
    again["renews"] = renewed
    certificates: pd.DataFrame = pd.concat([first, again], ignore_index=True)
    return certificates[certificates["issued"] < EPOCH + DAYS * DAY].reset_index(drop=True)


def _issue(
    learner: NDArray[np.int64],
    certification: NDArray[np.int64],
    issued: Moments,
    since: NDArray[np.int64] | None = None,
) -> pd.DataFrame:
    """Certificates that hold for the days of their certification from the day of issue, or from `since`."""
    days = CERTIFICATIONS["validity_days"].to_numpy()[certification]
    start = days_of(issued) if since is None else since
    return pd.DataFrame(
        {
            "learner": learner,
            "certification": certification,
            "issued": issued,
            "expires": np.where(days == 0, NEVER, start + days),
            "revoked": FAR,
            "renews": -1,
        }
    )
