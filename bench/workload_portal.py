"""What partners do in the portal (logins, downloads, onboarding tasks), and the credentials of their organisations.

Both come in the generic form with canonical column names. Hand-made rows are `planted_portal.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from bench.workload_cast import LEARNING_CAST, find_cast, list_cast
from bench.workload_learning_world import TEN_O_CLOCK, tell_day
from bench.workload_partners import NEVER
from bench.workload_registrations import EPOCH
from bench.workload_size import DAYS, Size
from bench.workload_times import DAY, at_hours

CASES = Path(__file__).with_name("planted_portal.yaml")
TASKS = {
    "sales": ("Sign code of conduct", "Complete sales playbook", "Register first deal walkthrough"),
    "presales": ("Sign code of conduct", "Set up demo environment"),
    "services": ("Sign code of conduct", "Install reference system", "Join escalation training"),
}
ASSETS = np.array(["battlecard", "price list", "pitch deck", "demo script", "logo kit", "case study"])
LANGUAGES = np.array(["en", "de", "fr", "ja", "pt", "es"])
CREDENTIALS = (
    ("competency", "Cloud Migration"),
    ("competency", "Data Protection"),
    ("specialisation", "Public Sector"),
    ("specialisation", "Manufacturing"),
    ("reference", "Customer Reference"),
)


@dataclass(frozen=True, kw_only=True)
class Portal:
    """Tables of truth: activity in order of time, credentials; and the credential number of each label."""

    activity: pd.DataFrame
    credentials: pd.DataFrame
    labels: dict[str, int]


def build_portal(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> Portal:
    """Drawn and hand-made activity and credentials; partners of the cast of newcomers do only what is told."""
    cases: dict[str, list[dict[str, Any]]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    told = [_tell_visit(partners, case) for case in cases["activity"]]
    activity = pd.concat([_draw_activity(rng, size, partners), pd.DataFrame(told)], ignore_index=True)
    drawn = _draw_credentials(rng, size, partners)
    labels = {case["label"]: len(drawn) + place for place, case in enumerate(cases["credentials"])}
    given = [_tell_credential(partners, case) for case in cases["credentials"]]
    return Portal(
        activity=activity.sort_values(["at", "partner"], kind="stable", ignore_index=True),
        credentials=pd.concat([drawn, pd.DataFrame(given)], ignore_index=True),
        labels=labels,
    )


def _draw_activity(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> pd.DataFrame:
    """Visits between joining and leaving, more of them where there is more business; tasks soon after joining."""
    count = size.portal_events
    able = ((partners["joined"] < DAYS - 5) & (partners["left"] > 5) & ~partners["is_test"]).to_numpy(copy=True)
    for kind in ("newcomer", "leaver"):
        able[list_cast(partners, kind)[: LEARNING_CAST[kind]]] = False
    able = np.flatnonzero(able)
    able = able[rng.random(len(able)) < 0.93]
    weight = np.sqrt(partners["weight"].to_numpy()[able] + 0.001)
    partner = rng.choice(able, count, p=weight / weight.sum())
    low = np.clip(partners["joined"].to_numpy()[partner], 0, DAYS - 5)
    high = np.minimum(partners["left"].to_numpy()[partner], DAYS)
    activity = rng.choice(["login", "asset_download", "onboarding_task"], count, p=[0.74, 0.21, 0.05])
    reach = np.where(activity == "onboarding_task", np.minimum(high - low, 90), high - low).clip(1)
    role = np.array(list(TASKS))[rng.integers(0, len(TASKS), count)]
    chosen = rng.integers(0, 60, count)
    asked = [np.array(tasks)[chosen % len(tasks)] for tasks in TASKS.values()]
    tasks = np.select([role == name for name in TASKS], asked, "")
    return pd.DataFrame(
        {
            "partner": partner,
            "at": at_hours(rng, low + (rng.random(count) * reach).astype(np.int64), 6, 20),
            "activity": activity,
            "user": rng.integers(1, 9, count),
            "role": role,
            "task": np.where(activity == "onboarding_task", tasks, ""),
            "asset": np.where(activity == "asset_download", ASSETS[chosen % len(ASSETS)], ""),
            "language": np.where(activity == "asset_download", LANGUAGES[chosen % 7 % len(LANGUAGES)], ""),
        }
    )


def _tell_visit(partners: pd.DataFrame, case: dict[str, Any]) -> dict[str, object]:
    return {
        "partner": find_cast(partners, case["partner"]),
        "at": EPOCH + tell_day(partners, case["partner"], case["day"]) * DAY + TEN_O_CLOCK,
        "activity": case.get("activity", "login"),
        "user": 1,
        "role": case.get("role", "sales"),
        "task": case.get("task", ""),
        "asset": "",
        "language": "",
    }


def _draw_credentials(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> pd.DataFrame:
    count = size.identity_dirty(86)
    able = np.setdiff1d(
        np.flatnonzero((partners["weight"] > 0) & (partners["joined"] < 500)),
        list_cast(partners, "platinum_services")[: LEARNING_CAST["platinum_services"]],
    )
    partner = rng.choice(able, count)
    kind = rng.integers(0, len(CREDENTIALS), count)
    applied = np.maximum(partners["joined"].to_numpy()[partner], -100) + rng.integers(0, 200, count)
    approved = np.where(rng.random(count) < 0.85, applied + rng.integers(5, 60, count), NEVER)
    lasting = np.isin(kind, [4]) | (approved >= NEVER)
    revoked = (approved < NEVER) & (rng.random(count) < 0.04)
    return pd.DataFrame(
        {
            "partner": partner,
            "kind": kind,
            "applied": applied,
            "approved": approved,
            "expires": np.where(lasting, NEVER, approved + np.where(kind < 2, 730, 365)),
            "revoked": np.where(revoked, approved + rng.integers(30, 300, count), NEVER),
        }
    )


def _tell_credential(partners: pd.DataFrame, case: dict[str, Any]) -> dict[str, int]:
    names = [name for _, name in CREDENTIALS]
    days = {
        name: tell_day(partners, case["partner"], case.get(name, "")) for name in ("approved", "expires", "revoked")
    }
    return {
        "partner": find_cast(partners, case["partner"]),
        "kind": names.index(case["credential"]),
        "applied": tell_day(partners, case["partner"], case["applied"]),
        **days,
    }
