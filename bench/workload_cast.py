"""Partners that play a part in hand-made cases of learning, support and ramp: `gold:0`, `amer:2`, `newcomer:1`.

Chosen by what they are, in order of their keys; bulk rows of learning leave the cast of LEARNING_CAST alone, so
that a case knows everybody at its partner.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_partners import NEVER
from bench.workload_size import DAYS

LEARNING_CAST = {"gold": 4, "platinum_services": 2, "silver": 6, "newcomer": 5, "leaver": 2}


def has_own_web(partners: pd.DataFrame) -> NDArray[np.bool_]:
    """Partners that a web domain names alone: no sister shares it, and it is not free mail."""
    alone = ~partners["domain"].duplicated(keep=False) & ~partners["website"].str.contains("gmail")
    return np.asarray(alone & ~partners["is_test"])


def find_cast(partners: pd.DataFrame, wanted: str) -> int:
    """The number of the nth partner of a kind."""
    kind, place = wanted.split(":")
    return int(list_cast(partners, kind)[int(place)])


def list_cast(partners: pd.DataFrame, kind: str) -> NDArray[np.int64]:
    """All partners of a kind, by key; then others that stay, for worlds that have too few of the kind."""
    found = has_own_web(partners) & ~partners["vanishes"].to_numpy()
    sound = found & (partners["link"] == "id").to_numpy() & (partners["parent"] < 0).to_numpy()
    sound &= (partners["later_country"] == partners["country"]).to_numpy()
    joined, left = partners["joined"].to_numpy(), partners["left"].to_numpy()
    steady = sound & (joined < 0) & (left >= NEVER) & (partners["later_tier"] == partners["tier"]).to_numpy()
    tier, motion = partners["tier"].to_numpy(), partners["motion"].to_numpy(dtype=str)
    region = names.REGIONS[partners["country"].to_numpy()]
    top = found & (left >= NEVER) & (joined < 400) & (partners["later_tier"] == 3).to_numpy()
    plain = steady & (tier < 2) & (motion != "services")
    gold = steady & (tier == 2) & (motion != "services")
    other = steady & ~gold
    kinds = {
        "gold": gold,
        "platinum_services": top & (motion == "services"),
        "silver": plain & (region == "EMEA"),
        "newcomer": sound & (joined > 300) & (joined < DAYS - 100) & (left >= NEVER),
        "leaver": sound & (joined >= 0) & (left < DAYS),
        "amer": other & (region == "AMER"),
        "emea": other & (region == "EMEA") & ~plain,
        "apac": other & (region == "APAC"),
    }
    stays = found & (joined < DAYS - 100) & (left >= NEVER) & ~kinds[kind]
    return np.concatenate([np.flatnonzero(kinds[kind]), np.flatnonzero(stays)])


def list_reserved(partners: pd.DataFrame) -> NDArray[np.int64]:
    """Everybody whose learners are told by hand."""
    return np.unique(np.concatenate([list_cast(partners, kind)[:count] for kind, count in LEARNING_CAST.items()]))
