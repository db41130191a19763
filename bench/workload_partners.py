"""Partners as they truly are: what they do, where, since when, how strong, at which programme level.

Gives one row per partner (positions are partner numbers everywhere else) and their memberships.
How the CRM knows them is `workload_accounts`; how files show them is `workload_exports`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_ids import number_keys
from bench.workload_size import DAYS, FIRST_DAY, Size

NEVER = 1_000_000
AUGUST = DAYS - 31
PROGRAMME = "Partner Programme"
FAST_TRACK = "Marketplace Fast Track"


def build_partners(rng: np.random.Generator, size: Size, stems: NDArray[np.str_]) -> pd.DataFrame:
    """One row per partnership; days count from FIRST_DAY, NEVER where a thing did not happen."""
    count = size.partners
    kinds = rng.choice(len(names.TYPE_SHARES), count, p=names.TYPE_SHARES)
    country = rng.choice(len(names.CODES), count, p=names.SHARES / names.SHARES.sum())
    partners = pd.DataFrame({"kind": kinds, "country": country})
    partners["key"] = number_keys("P-", count, 4)
    partners["type"] = np.array(list(names.PARTNER_WORDS))[kinds]
    partners["motion"] = np.array(names.MOTIONS)[kinds]
    partners["stem"] = stems
    pools = [np.array(words) for words in names.PARTNER_WORDS.values()]
    partners["word"] = [
        pools[kind][draw % len(pools[kind])] for kind, draw in zip(kinds, rng.integers(0, 60, count), strict=True)
    ]
    partners["name"] = partners["stem"] + " " + partners["word"] + " " + names.LEGAL[country]
    partners["domain"] = names.make_domains(_texts(partners["stem"]), _texts(partners["word"]), country)
    partners["website"] = names.dress_websites(rng, _texts(partners["domain"]))
    partners["duns"] = [f"{number:09d}" for number in rng.choice(89_999_999, count, replace=False) + 1_000_000]
    partners = partners.join(_draw_life(rng, count))
    partners["quality"] = rng.normal(0.0, 0.35, count)
    partners = partners.join(_draw_strength(rng, partners))
    for column, region in (("manager", country), ("later_manager", country)):
        partners[column] = _draw_managers(rng, region)
    partners["later_country"] = country
    partners["parent"] = -1
    partners["is_test"] = False
    partners["vanishes"] = False
    return _change_in_august(rng, size, partners)


def build_memberships(partners: pd.DataFrame) -> pd.DataFrame:
    """Programme levels with the days from and to which they held (`to` exclusive)."""
    here = partners[partners["joined"] < NEVER]
    number = here.index.to_numpy()
    joined, left = here["joined"].to_numpy(), here["left"].to_numpy()
    review = here["review"].to_numpy()
    moved = (review > joined + 60) & (review < left)
    later = here["later_tier"].to_numpy() != here["tier"].to_numpy()
    turned = np.minimum(left, np.where(later, AUGUST + 14, NEVER))
    frames = [
        (
            np.where(moved, here["first_tier"], here["tier"]),
            joined,
            np.where(moved, review, turned),
            joined < NEVER,
        ),
        (here["tier"].to_numpy(), review, turned, moved),
        (here["later_tier"].to_numpy(), np.full(len(here), AUGUST + 14), left, later),
    ]
    rows = [
        pd.DataFrame({"partner": number, "program": PROGRAMME, "level": level, "from": since, "to": until})[keep]
        for level, since, until, keep in frames
    ]
    track = here["type"].eq("Marketplace Seller").to_numpy()
    rows.append(pd.DataFrame({"partner": number, "program": FAST_TRACK, "level": 1, "from": joined, "to": left})[track])
    memberships: pd.DataFrame = pd.concat(rows, ignore_index=True)
    return memberships.sort_values(["partner", "program", "from"], ignore_index=True)


def to_day(days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Day numbers as dates, NEVER as NaT."""
    dates = FIRST_DAY + np.asarray(days, dtype=np.int64).astype("timedelta64[D]")
    return np.where(np.asarray(days) >= NEVER, np.datetime64("NaT", "D"), dates)


def _texts(column: pd.Series) -> NDArray[np.str_]:
    return column.to_numpy(dtype=str)


def _draw_life(rng: np.random.Generator, count: int) -> pd.DataFrame:
    before = rng.random(count) < 0.55
    joined = np.where(before, rng.integers(-1_000, 0, count), rng.integers(0, DAYS, count))
    signed = joined - rng.integers(0, 11, count)
    approved = signed - rng.integers(2, 16, count)
    applied = approved - rng.integers(3, 40, count)
    onboarded = joined + rng.integers(10, 120, count)
    left = joined + 90 + rng.exponential(3_300, count).astype(np.int64)
    waiting = rng.random(count) < 0.06
    refused = waiting & (rng.random(count) < 0.4)
    unsigned = waiting & ~refused & (rng.random(count) < 0.5)
    applied = np.where(waiting, rng.integers(DAYS - 150, DAYS - 5, count), applied)
    approved = np.where(unsigned, applied + rng.integers(2, 30, count), np.where(waiting, NEVER, approved))
    for stamp in (joined, signed, onboarded, left):
        stamp[waiting] = NEVER
    onboarded[(rng.random(count) < 0.12) | (onboarded > left)] = NEVER
    life = {"applied": applied, "approved": approved, "signed": signed}
    life |= {"joined": joined, "onboarded": onboarded, "left": left}
    life = {name: np.where(stamp >= DAYS, NEVER, stamp) for name, stamp in life.items()}
    forgotten = (life["joined"] < -700) & (rng.random(count) < 0.3)
    life["applied"] = np.where(forgotten, NEVER, life["applied"])
    return pd.DataFrame(life | {"refused": refused})


def _draw_strength(rng: np.random.Generator, partners: pd.DataFrame) -> pd.DataFrame:
    """Zipf weights: few partners carry most deals; the heaviest tend to hold the high levels."""
    count = len(partners)
    rank = rng.permutation(count) + 1
    weight = 1.0 / rank**0.8
    weight[partners["joined"].to_numpy() >= NEVER] = 0.0
    felt = np.argsort(np.argsort(-(np.log(weight + 1e-9) + rng.normal(0, 0.9, count)))) / count
    tier = np.digitize(-felt, [-0.55, -0.25, -0.08])
    first = np.clip(tier - np.where(rng.random(count) < 0.75, 1, -1), 0, 3)
    review = np.where(rng.random(count) < 0.5, 153, 518)  # 1 February, when the fiscal year starts
    keeps = (rng.random(count) < 0.45) | (first == tier)
    review = np.where(keeps, -2_000, review)
    strength = {"weight": weight, "tier": tier, "first_tier": first, "review": review, "later_tier": tier}
    return pd.DataFrame(strength)


def _draw_managers(rng: np.random.Generator, country: NDArray[np.int64]) -> list[str]:
    draws = rng.integers(0, 60, len(country))
    pools = [names.MANAGERS[region] for region in names.REGIONS]
    return [pools[place][draw % len(pools[place])] for place, draw in zip(country, draws, strict=True)]


def _change_in_august(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> pd.DataFrame:
    """Between the deliveries: other levels, countries, managers, one that vanishes; and test partners."""
    stays = partners.index[(partners["joined"] < AUGUST - 200) & (partners["left"] >= NEVER)].to_numpy()
    few = size.identity_dirty(1)
    picked = rng.choice(stays, 19 * few, replace=False)
    tiers, countries, managers, gone, tests, children = np.split(picked, np.cumsum([4, 2, 5, 1, 2]) * few)
    partners.loc[tiers, "later_tier"] = np.where(partners.loc[tiers, "tier"] < 3, partners.loc[tiers, "tier"] + 1, 2)
    partners.loc[countries, "later_country"] = (partners.loc[countries, "country"] + 7) % len(names.CODES)
    others = np.ones(len(partners), dtype=bool)
    others[managers] = False
    partners.loc[others, "later_manager"] = partners.loc[others, "manager"]
    pools = [names.MANAGERS[region] for region in names.REGIONS[partners.loc[managers, "country"]]]
    moves = [
        pool[(pool.index(now) + 1) % len(pool)]
        for pool, now in zip(pools, partners.loc[managers, "manager"], strict=True)
    ]
    partners.loc[managers, "later_manager"] = moves
    partners.loc[gone, "vanishes"] = True
    partners.loc[tests, ["is_test", "weight"]] = [True, 0.0]
    partners.loc[tests, "name"] = "TEST " + partners.loc[tests, "name"]
    parents = rng.choice(np.setdiff1d(stays, picked), len(children), replace=False)
    partners.loc[children, "parent"] = parents
    return partners
