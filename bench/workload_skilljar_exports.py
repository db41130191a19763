"""Exports of the acquired business's learning system, in Skilljar's shape: ISO times with Z, empty where not set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench import workload_names as names
from bench.workload_acquired_learning import COURSES, AcquiredLearning
from bench.workload_docebo_exports import number_certificates, number_users
from bench.workload_exports import flag
from bench.workload_partners import NEVER
from bench.workload_registrations import EPOCH
from bench.workload_times import DAY, FAR, write_moments


def export_groups(learning: AcquiredLearning) -> pd.DataFrame:
    """groups: companies."""
    rows = learning.groups
    return pd.DataFrame(
        {
            "group_id": (np.arange(len(rows)) + 1).astype(str),
            "group_name": rows["name"],
            "domain": rows["domain"],
            "country_code": names.CODES[rows["country"]],
        }
    )


def export_users(learning: AcquiredLearning) -> pd.DataFrame:
    """users: people and their group."""
    rows = learning.users
    return pd.DataFrame(
        {
            "user_id": number_users(len(rows)),
            "full_name": rows["name"],
            "email": rows["email"],
            "group_id": (rows["group"] + 1).astype(str),
            "role": rows["role"],
            "is_active": flag(rows["active"]),
        }
    )


def export_courses() -> pd.DataFrame:
    """courses, which are certifications too."""
    return COURSES


def export_progress(learning: AcquiredLearning) -> pd.DataFrame:
    """course_progress: every enrolment."""
    rows = learning.progress
    told = (rows["score"] >= 0).to_numpy()
    return pd.DataFrame(
        {
            "user_id": number_users(len(learning.users))[rows["user"]],
            "course_id": COURSES["course_id"].to_numpy()[rows["course"]],
            "enrolled_at": write_moments(rows["enrolled"]),
            "started_at": write_moments(rows["started"]),
            "completed_at": write_moments(rows["completed"]),
            "unenrolled_at": write_moments(rows["withdrawn"]),
            "success_status": rows["verdict"],
            "score": np.where(told, rows["score"].astype(str), ""),
            "max_score": np.where(told, "100", ""),
        }
    )


def export_certificates(learning: AcquiredLearning) -> pd.DataFrame:
    """certificates: one for every passed course."""
    rows = learning.certificates
    expires = rows["expires"].to_numpy()
    return pd.DataFrame(
        {
            "certificate_id": number_certificates(len(rows)),
            "user_id": number_users(len(learning.users))[rows["user"]],
            "course_id": COURSES["course_id"].to_numpy()[rows["course"]],
            "issued_at": write_moments(rows["issued"]),
            "expires_at": write_moments(np.where(expires < NEVER, EPOCH + expires * DAY + 43_200, FAR)),
        }
    )
