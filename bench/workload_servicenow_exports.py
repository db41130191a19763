"""Exports of the acquired business's service desk, in ServiceNow's shape: times in UTC without a zone, long hexadecimal
ids, durations as date-times counted from 1970."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_acquired_desk import PRIORITIES, WAITING, AcquiredDesk
from bench.workload_exports import flag
from bench.workload_ids import number_keys
from bench.workload_times import FAR, Moments, write_moments


def _times(moments: Moments) -> NDArray[np.str_]:
    return write_moments(moments, "", " ", "")


def export_companies(desk: AcquiredDesk) -> pd.DataFrame:
    """core_company: two of them carry the partner's key or its web site."""
    rows = desk.companies
    return pd.DataFrame(
        {
            "sys_id": rows["id"],
            "name": rows["name"],
            "website": rows["website"],
            "country": names.CODES[rows["country"]],
            "u_partner_id": rows["key"],
        }
    )


def export_incidents(desk: AcquiredDesk) -> pd.DataFrame:
    """incident: each in the state that its audit names last."""
    rows = desk.incidents
    states = desk.audit[desk.audit["field"] == "state"].groupby("incident")["value"].last()
    cancelled = rows["cancelled"].to_numpy(dtype=bool)
    resolved = np.where(cancelled, FAR, rows["resolved"])
    done = resolved < FAR
    return pd.DataFrame(
        {
            "sys_id": rows["id"],
            "number": number_keys("INC", len(rows), 7),
            "company": desk.companies["id"].to_numpy()[rows["company"]],
            "short_description": rows["subject"],
            "state": states.reindex(rows.index).fillna(WAITING),
            "priority": PRIORITIES[rows["priority"]],
            "contact_type": "self-service",
            "category": "software",
            "assignment_group": "Desk",
            "opened_at": _times(rows["opened"]),
            "resolved_at": _times(resolved),
            "closed_at": "",
            "made_sla": np.where(done, flag(rows["kept"]), ""),
            "reopen_count": "0",
        }
    )


def export_audit(desk: AcquiredDesk) -> pd.DataFrame:
    """sys_audit: what changed, in order of time."""
    rows = desk.audit
    return pd.DataFrame(
        {
            "documentkey": desk.incidents["id"].to_numpy()[rows["incident"]],
            "fieldname": rows["field"],
            "newvalue": rows["value"],
            "sys_created_on": _times(rows["at"]),
            "user": "u-desk",
        }
    )


def export_clocks(desk: AcquiredDesk) -> pd.DataFrame:
    """task_sla: a response clock for every incident, with how long it ran where it has ended."""
    rows = desk.incidents
    opened, answered = rows["opened"].to_numpy(), rows["answered"].to_numpy()
    cancelled = rows["cancelled"].to_numpy(dtype=bool)
    done = (answered < FAR) & ~cancelled
    return pd.DataFrame(
        {
            "sys_id": rows["clock"],
            "task": rows["id"],
            "sla": "Response",
            "stage": np.select([cancelled, done], ["cancelled", "completed"], "in_progress"),
            "start_time": _times(opened),
            "duration": _times(np.where(done, answered - opened, FAR)),
            "has_breached": flag(done & (answered - opened > 28_800)),
        }
    )
