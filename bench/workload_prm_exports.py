"""The partner system's exports of a world, as they look at the end of a day.

Times are milliseconds since 1970, amounts are cents, 0 and empty mean not set; events and memberships come
in the generic form with canonical column names.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_exports import created_of, end_of, flag, pick
from bench.workload_ids import make_ids, number_keys
from bench.workload_partners import NEVER, PROGRAMME, to_day
from bench.workload_registrations import EPOCH, times_of
from bench.workload_size import DELIVERIES, day_of
from bench.workload_world import World

STAMPS = {"applied": "", "approved": "0", "joined": "", "signed": "0", "onboarded": "0", "left": "0"}


def milliseconds(seconds: NDArray[np.int64], unset: NDArray[np.bool_], empty: str) -> NDArray[np.str_]:
    """Epoch milliseconds, or what this column shows where nothing is set."""
    return np.where(unset, empty, (np.asarray(seconds, dtype=np.int64) * 1_000).astype(str))


def export_partnerships(world: World, as_of: str) -> pd.DataFrame:
    """partnerships: one row per partner that has applied or joined by then."""
    partners, day, is_last = world.partners, day_of(as_of), as_of == DELIVERIES[-1]
    country = partners["later_country" if is_last else "country"].to_numpy()
    tier = _tier_on(world, day)
    joined, left = partners["joined"] <= day, partners["left"] <= day
    status = np.select(
        [left, joined, partners["refused"] & (day >= partners["applied"] + 20), partners["approved"] <= day],
        ["archived", "active", "declined", "approved"],
        "applied",
    )
    region = np.char.lower(names.REGIONS[country])
    stamps = {
        f"{name}_at": milliseconds(
            EPOCH + partners[name].to_numpy() * 86_400 + 43_200, (partners[name] > day).to_numpy(), unset
        )
        for name, unset in STAMPS.items()
    }
    keys = partners["key"].to_numpy(dtype=str)
    frame = pd.DataFrame(
        {
            "key": keys,
            "company_name": partners["name"],
            "group": partners["type"],
            "status": status,
            "tier": tier,
            "website": partners["website"],
            "duns": partners["duns"],
            "country": names.CODES[country],
            "manager": partners["later_manager" if is_last else "manager"],
            "parent_key": pick(keys, partners["parent"].to_numpy()),
            **stamps,
            "crm_account_id": partners["crm_account_id"],
            "test": flag(partners["is_test"]),
            "tags": np.where(tier == "", region, np.char.add(np.char.add(region, ";"), np.char.lower(tier))),
        }
    )
    here = joined | (partners["applied"] <= day)
    return frame[(here & ~(partners["vanishes"] & is_last)).to_numpy()]


def _tier_on(world: World, day: int) -> NDArray[np.str_]:
    rows = world.memberships
    rows = rows[(rows["program"] == PROGRAMME) & (rows["from"] <= day) & (rows["to"] > day)]
    level = np.full(len(world.partners), -1)
    level[rows["partner"].to_numpy()] = rows["level"].to_numpy()
    return np.where(level < 0, "", np.array(names.TIERS)[level])


def export_memberships(world: World, as_of: str) -> pd.DataFrame:
    """program_memberships: levels that had begun, with their end where it had come."""
    day = day_of(as_of)
    rows = world.memberships[world.memberships["from"] <= day]
    until = rows["to"].to_numpy()
    return pd.DataFrame(
        {
            "partner_id": world.partners["key"].to_numpy()[rows["partner"]],
            "program": rows["program"],
            "valid_from": to_day(rows["from"].to_numpy()).astype(str),
            "level": np.array(names.TIERS)[rows["level"]],
            "valid_to": np.where(until <= day, to_day(np.where(until <= day, until, 0)).astype(str), ""),
        }
    )


def export_registrations(world: World, as_of: str) -> pd.DataFrame:
    """deals: every registration submitted by then, as its last event left it."""
    rows, cut = world.registrations, end_of(as_of)
    times = times_of(rows, world.events)
    decided = times["decided_at"].to_numpy()
    status = world.events[world.events["at"] <= cut].groupby("registration")["status"].last()
    deal = rows["deal"].to_numpy()
    seen = (deal >= 0) & (created_of(world)[deal] <= cut)
    ghosts = make_ids("006", len(rows), first=len(world.deals) + 5_000)
    linked = np.where(
        rows["ghost"].astype(bool),
        ghosts,
        pick(world.deals["id"].to_numpy(dtype=str), np.where(seen, deal, -1)),
    )
    keys = rows["key"].to_numpy(dtype=str)
    frame = pd.DataFrame(
        {
            "key": keys,
            "partner_key": world.partners["key"].to_numpy()[rows["partner"]],
            "crm_opportunity_id": linked,
            "customer_name": world.accounts.rows["name"].to_numpy()[rows["customer"]],
            "created_at": milliseconds(times["submitted_at"].to_numpy(), np.zeros(len(rows), dtype=bool), ""),
            "status": status.reindex(rows.index),
            "decided_at": milliseconds(decided, (decided == NEVER) | (decided > cut), "0"),
            "expires_at": ((EPOCH + rows["expires"] * 86_400) * 1_000).astype(str),
            "amount": rows["amount"].astype(str),
            "currency": rows["currency"],
            "source": rows["source"],
            "conflict": flag(rows["conflict"]),
            "resubmission_of": pick(keys, rows["resubmits"].to_numpy()),
            "test": flag(rows["is_test"]),
        }
    )
    return frame[(times["submitted_at"] <= cut).to_numpy()]


def export_changed_registrations(world: World, before: str, as_of: str) -> pd.DataFrame:
    """deals of a delta: what is new since `before` or no longer the same."""
    then = export_registrations(world, before).set_index("key")
    now = export_registrations(world, as_of)
    old = then.reindex(now["key"]).reset_index()
    same = (old.astype(str).to_numpy() == now.astype(str).to_numpy()).all(axis=1)
    return now.iloc[np.flatnonzero(~same)]


def export_events(world: World, since: str, as_of: str) -> pd.DataFrame:
    """registration_events of a span of days, in order of time."""
    events = world.events.sort_values(["at", "registration"], kind="stable", ignore_index=True)
    events["id"] = number_keys("E-", len(events), 6)
    events = events[events["at"].between(end_of(since) - 86_399, end_of(as_of))]
    return pd.DataFrame(
        {
            "event_id": events["id"],
            "registration_id": world.registrations["key"].to_numpy()[events["registration"]],
            "occurred_at": np.char.add(events["at"].to_numpy().astype("datetime64[s]").astype(str), "Z"),
            "status": events["status"],
            "actor": events["actor"],
        }
    )
