"""Partners attached to deals: rows of account x role, one of them the primary one.

The first row of a deal always has the stronger role, so the partner of record is the deal's partner.
Registrations, which may attach a partner too, are `workload_registrations`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_accounts import Accounts
from bench.workload_deals import DIRECT
from bench.workload_size import DAYS, Size

SOURCING, CO_SELL, RESELLER, DISTRIBUTOR, INFLUENCER, INTEGRATOR = (
    "Sourcing Partner",
    "Co-Sell Partner",
    "Reseller",
    "Distributor",
    "Influencer",
    "System Integrator",
)
SECOND = {
    SOURCING: (RESELLER, DISTRIBUTOR, CO_SELL, INFLUENCER, INTEGRATOR),
    CO_SELL: (RESELLER, INFLUENCER, INTEGRATOR),
    RESELLER: (INFLUENCER, INTEGRATOR),
    DISTRIBUTOR: (INFLUENCER, INTEGRATOR),
}
UNMATCHED = -2
REPOINTED = {
    "second": 4,
    "merged": 2,
    "settled": 5,
    "nothing": 3,
    "freemail": 3,
    "ambiguous": 4,
    "forbidden": 4,
    "family": 4,
}


def build_sellers(
    rng: np.random.Generator, size: Size, partners: pd.DataFrame, accounts: Accounts, deals: pd.DataFrame
) -> pd.DataFrame:
    """Columns deal, account (position), role, is_primary, day; also fills `deals.of_record`."""
    partner = deals["partner"].to_numpy()
    deal = np.flatnonzero(partner != DIRECT)
    deals["of_record"] = partner
    silent = deals["registered"].to_numpy()[deal] & (rng.random(len(deal)) < 0.04)
    deals["silent"] = np.isin(np.arange(len(deals)), deal[silent])
    deal = deal[~silent]
    kind = partners["type"].to_numpy(dtype=str)[partner[deal]]
    role = np.select(
        [
            kind == "Distributor",
            deals["registered"].to_numpy()[deal],
            deals["motion"].to_numpy(dtype=str)[deal] == "alliance",
            rng.random(len(deal)) < 0.5,
        ],
        [DISTRIBUTOR, SOURCING, CO_SELL, RESELLER],
        SOURCING,
    )
    first = pd.DataFrame({"deal": deal, "account": accounts.main[partner[deal]], "role": role, "is_primary": True})
    second = _attach_second(rng, partners, accounts, deals, first)
    shared = first["deal"].isin(second["deal"]).to_numpy()
    first = _repoint(rng, accounts, deals, first, shared)
    rows = pd.concat([first, second], ignore_index=True)
    rows["day"] = deals["created"].to_numpy()[rows["deal"]]
    _attach_late(rng, size, rows, deals)
    return rows.sort_values(["deal", "is_primary"], ascending=[True, False], kind="stable", ignore_index=True)


def _attach_second(
    rng: np.random.Generator,
    partners: pd.DataFrame,
    accounts: Accounts,
    deals: pd.DataFrame,
    first: pd.DataFrame,
) -> pd.DataFrame:
    """One deal in twelve has a second partner, in a weaker role."""
    chosen = first[rng.random(len(first)) < 0.08]
    able = np.flatnonzero((accounts.main >= 0) & (partners["weight"] > 0))
    weight = partners["weight"].to_numpy()[able]
    other = rng.choice(able, len(chosen), p=weight / weight.sum())
    draw = rng.integers(0, 60, len(chosen))
    role = [SECOND[role][number % len(SECOND[role])] for role, number in zip(chosen["role"], draw, strict=True)]
    rows = pd.DataFrame({"deal": chosen["deal"], "account": accounts.main[other], "role": role, "is_primary": False})
    differs = other != deals["partner"].to_numpy()[chosen["deal"]]
    return rows.iloc[np.flatnonzero(differs)]


def _repoint(
    rng: np.random.Generator,
    accounts: Accounts,
    deals: pd.DataFrame,
    first: pd.DataFrame,
    shared: NDArray[np.bool_],
) -> pd.DataFrame:
    """Some rows name one of the odd accounts: a second one, a merged one, one that matches nothing."""
    odd = accounts.rows[accounts.rows["case"].isin(list(REPOINTED))]
    alone = ~deals["registered"].to_numpy()[first["deal"]] & ~shared
    taken = np.zeros(len(first), dtype=bool)
    account = first["account"].to_numpy(copy=True)
    owner = deals["of_record"].to_numpy(copy=True)
    row_partner = owner[first["deal"]]
    for place, case, partner in zip(odd.index, odd["case"], odd["partner"], strict=True):
        fits = ~taken & ((row_partner == partner) if partner >= 0 else alone)
        fits = np.flatnonzero(fits)
        picked = rng.choice(fits, min(REPOINTED[case], len(fits)), replace=False)
        account[picked], taken[picked] = place, True
        if partner < 0:
            owner[first["deal"].to_numpy()[picked]] = UNMATCHED
    deals["of_record"] = owner
    return first.assign(account=account)


def _attach_late(rng: np.random.Generator, size: Size, rows: pd.DataFrame, deals: pd.DataFrame) -> None:
    """A few rows were entered in August only: the first delivery does not have them."""
    early = np.flatnonzero(~rows["is_primary"] & (rows["day"] < DAYS - 60))
    rows.loc[rng.choice(early, size.dirty(3), replace=False), "day"] = DAYS - 20
    influenced = size.dirty(5)
    plain = rows["is_primary"] & ~deals["registered"].to_numpy()[rows["deal"]]
    plain &= (deals["of_record"].to_numpy()[rows["deal"]] >= 0) & ~rows["deal"].duplicated(keep=False)
    weak = rng.choice(np.flatnonzero(plain), influenced, replace=False)
    rows.loc[weak, "role"] = INFLUENCER
    deals.loc[rows.loc[weak, "deal"], "of_record"] = DIRECT
