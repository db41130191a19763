"""Deal registrations and every event of theirs: submitted, reviewed, sent back, decided, withdrawn, expired.

Approved ones stand behind a deal; the others mostly stand alone. At most one approved registration per deal.
Times are whole lives; deliveries cut them at their date.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_deals import DIRECT
from bench.workload_ids import number_keys
from bench.workload_partners import NEVER
from bench.workload_size import DAYS, FIRST_DAY, Size

EPOCH = int(FIRST_DAY.astype("datetime64[s]").astype(np.int64))
REGION_LAG = {"AMER": 1.0, "EMEA": 1.2, "APAC": 1.35, "LATAM": 1.7}
NO_DEAL = -1
Words = str | NDArray[np.str_]


def build_registrations(
    rng: np.random.Generator, size: Size, partners: pd.DataFrame, deals: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Registrations (key, partner, deal, days ...) and their events (registration, at, status, actor)."""
    rows = pd.concat([_behind_deals(rng, deals), _without_deals(rng, size, partners, deals)], ignore_index=True)
    rows = rows.sort_values("submitted", kind="stable", ignore_index=True)
    country = partners["country"].to_numpy()[rows["partner"]]
    lag = np.select([names.REGIONS[country] == region for region in REGION_LAG], list(REGION_LAG.values()))
    wait = np.exp(rng.normal(1.35, 0.75, len(rows))) * lag
    rows["end"] = rows["submitted"] + np.clip(wait, 1, 24).astype(np.int64)
    rows.loc[rows["outcome"] == "withdrawn", "end"] += 6
    rows.loc[rows["outcome"] == "expired", "end"] = rows["submitted"] + 90
    rows["expires"] = rows["submitted"] + np.where(rows["outcome"] == "approved", 180, 90)
    rows["touchless"] = (rng.random(len(rows)) < 0.28) & rows["outcome"].isin(["approved", "rejected"])
    rows["asks"] = ~rows["touchless"] & (rows["end"] - rows["submitted"] >= 4) & (rng.random(len(rows)) < 0.22)
    rows["source"] = np.where(rng.random(len(rows)) < 0.85, "portal", "vendor")
    rows["resubmits"] = NO_DEAL
    rows["is_test"] = False
    rows["ghost"] = False
    rows["lapses"] = False
    _resubmit(rng, size, rows)
    _flag_few(rng, size, rows)
    _lapse(rng, size, rows, deals)
    rows["key"] = number_keys("R-", len(rows), 5)
    return rows, build_events(rng, rows)


def _behind_deals(rng: np.random.Generator, deals: pd.DataFrame) -> pd.DataFrame:
    deal = np.flatnonzero(deals["registered"])
    submitted = deals["created"].to_numpy()[deal] - rng.integers(-2, 12, len(deal))
    return pd.DataFrame(
        {
            "partner": deals["partner"].to_numpy()[deal],
            "deal": deal,
            "customer": deals["customer"].to_numpy()[deal],
            "submitted": submitted,
            "outcome": "approved",
            "conflict": rng.random(len(deal)) < 0.02,
            "amount": deals["amount"].to_numpy()[deal],
            "currency": deals["currency"].to_numpy(dtype=str)[deal],
        }
    )


def _without_deals(rng: np.random.Generator, size: Size, partners: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Refused, withdrawn, expired; one in three refused ones conflicts with a deal that another brought."""
    count = round(size.opportunities * 0.15 * size.registered)
    like = rng.choice(np.flatnonzero(deals["partner"] != DIRECT), count, replace=False)
    outcome = rng.choice(["rejected", "withdrawn", "expired", "approved"], count, p=[0.60, 0.18, 0.15, 0.07])
    able = np.flatnonzero(partners["weight"] > 0)
    partner = rng.choice(able, count)
    created = deals["created"].to_numpy()[like]
    lives = (partners["joined"].to_numpy()[partner] <= created) & (partners["left"].to_numpy()[partner] > created)
    partner = np.where(lives, partner, deals["partner"].to_numpy()[like])
    clash = (outcome == "rejected") & (rng.random(count) < 0.33) & lives & deals["registered"].to_numpy()[like]
    return pd.DataFrame(
        {
            "partner": partner,
            "deal": np.where(clash, like, NO_DEAL),
            "customer": deals["customer"].to_numpy()[like],
            "submitted": created + rng.integers(0, 9, count),
            "outcome": outcome,
            "conflict": clash,
            "amount": deals["amount"].to_numpy()[like],
            "currency": deals["currency"].to_numpy(dtype=str)[like],
        }
    )


def _resubmit(rng: np.random.Generator, size: Size, rows: pd.DataFrame) -> None:
    """A withdrawn registration comes again under a new key, and is decided: both are one request."""
    few = size.dirty(12)
    withdrawn = np.flatnonzero((rows["outcome"] == "withdrawn") & (rows["end"] < DAYS - 60))
    first = rng.choice(withdrawn, few, replace=False)
    second = rng.choice(np.flatnonzero((rows["outcome"] == "rejected") & (rows["deal"] == NO_DEAL)), few, replace=False)
    lag = rng.integers(3, 15, few)
    decided = rng.integers(4, 12, few)
    copied = ["partner", "customer", "amount", "currency"]
    rows.loc[second, copied] = rows.loc[first, copied].to_numpy()
    rows.loc[second, "submitted"] = rows.loc[first, "end"].to_numpy() + lag
    rows.loc[second, "end"] = rows.loc[second, "submitted"] + decided
    rows.loc[second, "outcome"] = np.where(np.arange(few) % 3 == 2, "rejected", "approved")
    rows.loc[second, "expires"] = rows.loc[second, "submitted"] + 180
    rows.loc[second, ["touchless", "conflict"]] = False
    rows.loc[first, "conflict"] = False
    rows.loc[second, "resubmits"] = first


def _flag_few(rng: np.random.Generator, size: Size, rows: pd.DataFrame) -> None:
    """Tests, and approved ones whose opportunity is nowhere in the CRM."""
    alone = np.flatnonzero((rows["deal"] == NO_DEAL) & (rows["resubmits"] == NO_DEAL))
    alone = np.setdiff1d(alone, rows["resubmits"])
    rows.loc[rng.choice(alone, size.dirty(6), replace=False), "is_test"] = True
    approved = alone[(rows.loc[alone, "outcome"] == "approved") & ~rows.loc[alone, "is_test"]]
    rows.loc[rng.choice(approved, size.dirty(3), replace=False), "ghost"] = True


def _lapse(rng: np.random.Generator, size: Size, rows: pd.DataFrame, deals: pd.DataFrame) -> None:
    """Approved ones that led nowhere run out: the approval stands, the protection is over."""
    approved = (rows["outcome"] == "approved") & (rows["expires"] < DAYS) & ~rows["ghost"] & ~rows["is_test"]
    alone = approved & (rows["deal"] == NO_DEAL)
    end = (deals["created"] + deals["days"]).to_numpy()[rows["deal"]]
    lost = approved & ~alone & ~deals["won"].to_numpy()[rows["deal"]] & (end < rows["expires"])
    lost &= ~deals["silent"].to_numpy()[rows["deal"]]
    rows.loc[alone, "lapses"] = True
    rows.loc[rng.choice(np.flatnonzero(lost), size.dirty(30), replace=False), "lapses"] = True


def build_events(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Every status change, in seconds since 1970, in order of time within a registration."""
    submitted, end = rows["submitted"].to_numpy(), rows["end"].to_numpy()
    span = end - submitted
    asks, plain = rows["asks"].to_numpy(dtype=bool), ~rows["touchless"].to_numpy(dtype=bool)
    outcome = rows["outcome"].to_numpy(dtype=str)
    actor = np.select([outcome == "withdrawn", outcome == "expired", ~plain], ["partner", "system", "system"], "vendor")
    everyone = np.ones(len(rows), dtype=bool)
    steps: list[tuple[NDArray[np.bool_], NDArray[np.int64], Words, Words]] = [
        (everyone, submitted, "submitted", "partner"),
        (plain, submitted + span // 4, "in_review", "vendor"),
        (asks, submitted + span // 2, "info_requested", "vendor"),
        (asks, submitted + (3 * span) // 4, "resubmitted", "partner"),
        (everyone, end, outcome, actor),
        (rows["lapses"].to_numpy(dtype=bool), rows["expires"].to_numpy(), "expired", "system"),
    ]
    frames = []
    clock = rng.integers(7 * 3600, 17 * 3600, len(rows))
    for nth, (mask, day, status, who) in enumerate(steps):
        frame = pd.DataFrame({"registration": np.arange(len(rows)), "at": EPOCH + day * 86_400 + clock + nth * 700})
        frames.append(frame.assign(status=status, actor=who)[mask])
    events = pd.concat(frames, ignore_index=True)
    return events.sort_values(["registration", "at"], kind="stable", ignore_index=True)


def times_of(rows: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Submission and decision of each registration in seconds since 1970, NEVER where undecided."""
    first = events.groupby("registration")["at"].first()
    decided = events[events["status"].isin(["approved", "rejected"])].groupby("registration")["at"].first()
    places = pd.RangeIndex(len(rows))
    return pd.DataFrame(
        {
            "submitted_at": first.reindex(places),
            "decided_at": decided.reindex(places).fillna(NEVER).astype(np.int64),
        }
    )
