"""Whom a planted case means: `strong:3`, `late_key:0`, `duns:0`, `twin:1`, `case:ambiguous`.

Choices depend on what partners and accounts are, never on their numbers.
"""

from __future__ import annotations

import pandas as pd

from bench.workload_accounts import Accounts
from bench.workload_partners import NEVER

PAIRS_FROM = 10


def find_partner(partners: pd.DataFrame, accounts: Accounts, wanted: str) -> int:
    """The number of a steady partner: the nth heaviest of its kind, or one of a pair by its key."""
    kind, place = wanted.split(":")
    if kind == "twin":
        return int(accounts.rows.loc[accounts.rows["case"] == "id_twin", "partner"].iloc[int(place)])
    steady = (partners["joined"] < 0) & (partners["left"] >= NEVER) & ~partners["is_test"]
    steady &= ~partners["vanishes"] & (partners["later_country"] == partners["country"])
    link = "id" if kind in ("strong", "early_key", "late_key") else kind
    among = partners[partners["link"] == link]
    chosen = among[steady[among.index]] if steady[among.index].any() else among
    ranked = chosen.sort_values("weight", ascending=False, kind="stable").index
    first = PAIRS_FROM + 2 * int(place)
    pair = sorted(ranked[first : first + 2])
    if kind == "early_key":
        return int(pair[0])
    return int(pair[1]) if kind == "late_key" else int(ranked[int(place)])


def find_account(partners: pd.DataFrame, accounts: Accounts, wanted: str) -> int:
    """The account of a case, or a partner's own one."""
    kind, case = wanted.split(":")
    if kind != "case":
        return int(accounts.main[find_partner(partners, accounts, wanted)])
    rows = accounts.rows
    found = rows["chain"].eq(True) if case == "chain" else rows["case"].eq(case)
    return int(rows.index[found][0])
