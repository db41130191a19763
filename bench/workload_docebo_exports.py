"""The learning system's exports of a world, as they look at the end of a day.

Docebo's shape: times in UTC without a zone, `0000-00-00` where nothing is set, no numbers of attempts, and a
status that says completed of whoever reached the end, passed or not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_exports import end_of, flag, in_slices, pick
from bench.workload_learning_catalogue import CERTIFICATIONS, COURSES
from bench.workload_learning_world import Learning
from bench.workload_partners import NEVER, to_day
from bench.workload_size import DELIVERIES, day_of
from bench.workload_times import FAR, Moments, hide_later, write_moments

NO_DATE = "0000-00-00"
NO_TIME = "0000-00-00 00:00:00"
FIRST_CERTIFICATE = 700_001
FIRST_USER = 10_001


def number_users(count: int) -> NDArray[np.str_]:
    """Ids of people: plain numbers, which the other learning system uses too."""
    return (np.arange(count) + FIRST_USER).astype(str)


def number_certificates(count: int) -> NDArray[np.str_]:
    """Ids of certificates: plain numbers too."""
    return (np.arange(count) + FIRST_CERTIFICATE).astype(str)


def _times(moments: Moments) -> NDArray[np.str_]:
    return write_moments(moments, NO_TIME, " ", "")


def _dates(days: NDArray[np.int64]) -> NDArray[np.str_]:
    known = days < NEVER
    return np.where(known, to_day(np.where(known, days, 0)).astype(str), NO_DATE)


def export_branches(learning: Learning) -> pd.DataFrame:
    """branches: every company whose people learn here."""
    rows = learning.branches
    return pd.DataFrame(
        {
            "branch_id": rows["id"],
            "branch_name": rows["name"],
            "website": rows["website"],
            "country_code": names.CODES[rows["country"]],
            "crm_account_id": rows["crm_account_id"],
            "is_test": flag(rows["is_test"], "1", "0"),
        }
    )


def export_users(learning: Learning, as_of: str) -> pd.DataFrame:
    """users: who has been created by then and is not gone."""
    rows, day = learning.learners, day_of(as_of)
    moved = (rows["moved"] <= day).to_numpy()
    branch = np.where(moved, rows["later_branch"], rows["branch"])
    frame = pd.DataFrame(
        {
            "user_id": number_users(len(rows)),
            "fullname": rows["name"],
            "email": rows["email"],
            "branch_id": pick(learning.branches["id"].to_numpy(dtype=str), branch),
            "branch_since": _dates(np.where(moved, rows["moved"], rows["since"])),
            "job_role": rows["role"],
            "country_code": names.CODES[rows["country"]],
            "status": np.where(rows["suspended"] <= day, "suspended", "active"),
            "is_test": flag(rows["is_test"], "1", "0"),
        }
    )
    gone = (rows["gone"] & (as_of == DELIVERIES[-1])).to_numpy()
    return frame[(rows["created"] <= day).to_numpy() & ~gone]


def export_enrollments(learning: Learning, as_of: str) -> pd.DataFrame:
    """enrollments: every attempt that had begun, with what had come of it."""
    cut = end_of(as_of)
    users = number_users(len(learning.learners))
    begun = learning.attempts[learning.attempts["enrolled"] <= cut]
    return in_slices(begun, lambda rows: _write_attempts(users, rows, cut))


def _write_attempts(users: NDArray[np.str_], rows: pd.DataFrame, cut: int) -> pd.DataFrame:
    started, completed, withdrawn = (hide_later(rows[name], cut) for name in ("started", "completed", "withdrawn"))
    done = completed < FAR
    return pd.DataFrame(
        {
            "user_id": users[rows["learner"]],
            "course_id": COURSES["course_id"].to_numpy()[rows["course"]],
            "enroll_date": _times(rows["enrolled"]),
            "first_access": _times(started),
            "complete_date": _times(completed),
            "unenroll_date": _times(withdrawn),
            "status": np.select(
                [withdrawn < FAR, done, started < FAR], ["suspended", "completed", "in_progress"], "subscribed"
            ),
            "score": np.where(done & (rows["score"] >= 0), rows["score"].astype(str), ""),
            "score_max": np.where(done & (rows["score"] >= 0), rows["max_score"].astype(str), ""),
            "date_begin_validity": _dates(rows["valid_from"].to_numpy()),
            "date_expire_validity": _dates(rows["valid_to"].to_numpy()),
        }
    )


def export_certificates(learning: Learning, as_of: str) -> pd.DataFrame:
    """certificates: issued by then, revoked where that had happened."""
    rows, cut = learning.certificates, end_of(as_of)
    ids = number_certificates(len(rows))
    expires = rows["expires"].to_numpy()
    frame = pd.DataFrame(
        {
            "certificate_id": ids,
            "user_id": number_users(len(learning.learners))[rows["learner"]],
            "certification_id": CERTIFICATIONS["certification_id"].to_numpy()[rows["certification"]],
            "on_date": _times(rows["issued"]),
            "expire_at": np.where(expires < NEVER, np.char.add(_dates(expires), " 23:59:59"), NO_TIME),
            "revoked_on": _times(hide_later(rows["revoked"], cut)),
            "renewed_from": pick(ids, rows["renews"].to_numpy()),
        }
    )
    return frame[(rows["issued"] <= cut).to_numpy()]


def export_changed_certificates(learning: Learning, before: str, as_of: str) -> pd.DataFrame:
    """certificates of a delta: issued or revoked since `before`."""
    rows, since = learning.certificates, end_of(before)
    touched = (rows["issued"] > since) | rows["revoked"].between(since + 1, end_of(as_of))
    return export_certificates(learning, as_of).loc[lambda frame: touched[frame.index]]
