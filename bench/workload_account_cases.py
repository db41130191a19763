"""Accounts that are odd on purpose: second, merged, unknown, ambiguous, forbidden ones, and twins by case.

Also the overrides that an analyst would write for some of them. Plain accounts are `workload_accounts`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_ids import extend_ids
from bench.workload_partners import AUGUST, NEVER, to_day
from bench.workload_size import Size

NO_PARTNER = -1
FREE_MAIL = "https://www.gmail.com"
CASES = {
    "second": 8,
    "merged": 6,
    "nothing": 5,
    "freemail": 2,
    "ambiguous": 4,
    "forbidden": 1,
    "deleted": 1,
    "family": 1,
    "settled": 1,
}
SISTERS = 6  # partners that share a domain with an ambiguous or settled one, or the DUNS of a family
NAMED_AFTER = {"second": " Iberia", "merged": " (old)", "forbidden": " Academy", "deleted": " (void)"}
WHY = {
    "override": "Trades under a name of its own; confirmed by the partner manager.",
    "settled": "Web site shared with a sister company; the contract names this one.",
    "forbidden": "Training arm that buys for itself; its deals are not the partner's.",
}


def account_frame(count: int, **columns: object) -> pd.DataFrame:
    """So many accounts with the given columns, the others as they mostly are."""
    empty: dict[str, object] = {
        "name": "",
        "type": "Partner",
        "partner": NO_PARTNER,
        "case": "",
        "country": 0,
        "website": "",
        "duns": "",
        "created": -1_200,
        "merged_into": -1,
        "merged": NEVER,
        "is_deleted": False,
    }
    return pd.DataFrame(empty | columns, index=range(count))


def build_odd_accounts(
    rng: np.random.Generator,
    size: Size,
    partners: pd.DataFrame,
    link: NDArray[np.str_],
    spare: NDArray[np.str_],
) -> pd.DataFrame:
    """All accounts of CASES around strong partners; makes sisters of some partners, so changes `partners`."""
    few = size.identity_dirty(1)
    spots = np.repeat(list(CASES), np.array(list(CASES.values())) * few)
    picked = rng.choice(_strong_partners(partners, link)[: 60 * few], len(spots) + SISTERS * few, replace=False)
    partner, sister = picked[: len(spots)], picked[len(spots) :]
    shares_web = np.isin(spots, ["second", "ambiguous", "forbidden", "settled"])
    website = names.dress_websites(rng, partners.loc[partner, "domain"].to_numpy(dtype=str))
    website = np.select([shares_web, spots == "freemail"], [website, FREE_MAIL], "")
    _make_sisters(partners, partner, sister, spots)
    base = np.where(np.isin(spots, list(NAMED_AFTER)), partners.loc[partner, "stem"], spare[: len(spots)])
    rows = account_frame(
        len(spots),
        partner=np.where(np.isin(spots, ["second", "merged", "settled"]), partner, NO_PARTNER),
        case=spots,
        country=partners.loc[partner, "country"].to_numpy(),
        website=website,
        name=[stem + NAMED_AFTER.get(spot, " Trading") for stem, spot in zip(base, spots, strict=True)],
        duns=np.where(spots == "family", partners.loc[partner, "duns"], ""),
        is_deleted=np.isin(spots, ["deleted", "merged"]),
    )
    merged = np.flatnonzero(spots == "merged")
    rows.loc[merged, "merged"] = rng.integers(100, AUGUST - 10, len(merged))
    rows.loc[merged[-1], "merged"] = AUGUST + 10
    rows["chain"] = np.arange(len(rows)) == merged[0]
    return rows


def _strong_partners(partners: pd.DataFrame, link: NDArray[np.str_]) -> NDArray[np.int64]:
    """Steady partners that have an account of their own, heaviest first."""
    solid = (link == "id") & ~partners["is_test"] & ~partners["vanishes"] & (partners["parent"] < 0)
    solid &= (partners["joined"] < 200) & (partners["left"] >= NEVER)
    solid &= partners["later_country"] == partners["country"]
    order = np.argsort(-partners.loc[solid, "weight"].to_numpy(), kind="stable")
    return np.flatnonzero(solid)[order]


def _make_sisters(
    partners: pd.DataFrame, partner: NDArray[np.int64], sister: NDArray[np.int64], spots: NDArray[np.str_]
) -> None:
    """Two partners with one web domain; a parent and its child with one DUNS; partners that use free mail."""
    twins = partner[np.isin(spots, ["ambiguous", "settled"])]
    both = ["domain", "website"]
    partners.loc[sister[: len(twins)], both] = partners.loc[twins, both].to_numpy()
    family, child = partner[spots == "family"], sister[len(twins) :]
    shared = [f"{number:09d}" for number in 47_110_815 + np.arange(len(family))]
    partners.loc[child, "parent"] = family
    partners.loc[family, "duns"], partners.loc[child, "duns"] = shared, shared
    partners.loc[partner[spots == "freemail"], "website"] = FREE_MAIL


def make_twins(rows: pd.DataFrame, partners: pd.DataFrame) -> None:
    """Two accounts of strong partners whose fifteen characters differ in case alone."""
    own = rows[rows["case"] == "id"]
    first, second = own.index[np.argsort(-partners["weight"].to_numpy()[own["partner"]], kind="stable")[[1, 2]]]
    twins = np.array([rows["id"].iloc[first][:13] + "Qz", rows["id"].iloc[first][:13] + "qZ"])
    rows.loc[[first, second], "id"] = extend_ids(twins)
    rows.loc[[first, second], "case"] = "id_twin"


def point_to_survivors(rows: pd.DataFrame) -> None:
    """Merged accounts name the one that is left, one of them by way of another."""
    own = pd.Series(rows.index, index=rows["partner"])[lambda s: s.index >= 0].groupby(level=0).first()
    merged = rows.index[rows["case"] == "merged"]
    rows.loc[merged, "merged_into"] = own.loc[rows.loc[merged, "partner"]].to_numpy()
    chained = merged[rows.loc[merged, "chain"].to_numpy(dtype=bool)]
    step = merged[np.searchsorted(merged, chained) + 1]
    rows.loc[chained, ["merged_into", "partner"]] = np.column_stack([step, rows.loc[step, "partner"]])
    customers = rows.index[rows["type"] == "Customer"][[40, 90, 140]]
    rows.loc[customers, "merged_into"] = customers + 1
    rows.loc[customers, ["merged", "is_deleted"]] = [300, True]


def list_overrides(rows: pd.DataFrame, partners: pd.DataFrame) -> pd.DataFrame:
    """Rows of `partner_xref.csv`: three named by hand, one settled, one forbidden."""
    chosen = rows[rows["case"].isin(list(WHY))].sort_values("id")
    keys = [f"partnerstack:{partners['key'].iloc[number]}" if number >= 0 else "" for number in chosen["partner"]]
    return pd.DataFrame(
        {
            "source_export": "crm.accounts",
            "source_instance": "salesforce",
            "source_id": chosen["id"],
            "partner_id": keys,
            "reason": chosen["case"].map(WHY),
            "author": "Ingrid Sollberg",
            "decided_on": to_day(np.full(len(chosen), 620)).astype(str),
        }
    )
