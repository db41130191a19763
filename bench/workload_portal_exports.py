"""Portal activity and credentials as the partner system exports them: plain files with canonical column names."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_exports import end_of
from bench.workload_ids import number_keys
from bench.workload_partners import NEVER, to_day
from bench.workload_portal import CREDENTIALS
from bench.workload_size import day_of
from bench.workload_times import write_moments
from bench.workload_world import World


def export_activity(world: World, since: str, as_of: str) -> pd.DataFrame:
    """portal_activity of a span of days, in order of time."""
    rows = world.portal.activity
    ids = number_keys("A-", len(rows), 5)
    keys = world.partners["key"].to_numpy(dtype=str)[rows["partner"]]
    users = np.char.add(np.char.add(np.char.replace(keys, "P-", "U"), "-"), rows["user"].to_numpy().astype(str))
    frame = pd.DataFrame(
        {
            "event_id": ids,
            "partner_id": keys,
            "occurred_at": write_moments(rows["at"]),
            "activity": rows["activity"],
            "user_id": users,
            "role": rows["role"],
            "task": rows["task"],
            "asset": rows["asset"],
            "language": rows["language"],
        }
    )
    return frame[rows["at"].between(end_of(since) - 86_399, end_of(as_of)).to_numpy()]


def export_credentials(world: World, as_of: str) -> pd.DataFrame:
    """partner_credentials: applied for by then, with what had been decided."""
    rows, day = world.portal.credentials, day_of(as_of)

    def show(name: str, until: int = NEVER) -> NDArray[np.str_]:
        days = rows[name].to_numpy()
        known = (days < NEVER) & (days <= until)
        return np.where(known, to_day(np.where(known, days, 0)).astype(str), "")

    kinds = np.array(CREDENTIALS)[rows["kind"]]
    frame = pd.DataFrame(
        {
            "credential_id": number_keys("K-", len(rows), 4),
            "partner_id": world.partners["key"].to_numpy()[rows["partner"]],
            "credential_kind": kinds[:, 0],
            "credential": kinds[:, 1],
            "applied_date": show("applied", day),
            "approved_date": show("approved", day),
            "expires_date": np.where(rows["approved"] <= day, show("expires"), ""),
            "revoked_date": show("revoked", day),
        }
    )
    return frame[(rows["applied"] <= day).to_numpy()]


def export_changed_credentials(world: World, before: str, as_of: str) -> pd.DataFrame:
    """partner_credentials of a delta: new since `before`, or no longer the same."""
    then, now = export_credentials(world, before), export_credentials(world, as_of)
    old = then.reindex(now.index)
    same = (old.astype(str).to_numpy() == now.astype(str).to_numpy()).all(axis=1)
    return now.iloc[np.flatnonzero(~same)]
