"""Accounts of the CRM: customers, and the partners as the CRM knows them, each found in its own way.

Each account carries the partner it truly is (`partner`, -1 none) and why it is there (`case`); `link` says
how a partner can be found. Accounts that are odd on purpose are `workload_account_cases`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_account_cases import (
    account_frame,
    build_odd_accounts,
    list_overrides,
    make_twins,
    point_to_survivors,
)
from bench.workload_ids import make_ids
from bench.workload_partners import AUGUST
from bench.workload_size import Size

REWORDED = {"Inc": ", Inc.", "Ltd": " Limited", "GmbH": " GmbH", "LLC": ", LLC"}


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """All accounts, the position of each partner's own one (-1: none), and the overrides."""

    rows: pd.DataFrame
    main: NDArray[np.int64]
    overrides: pd.DataFrame


def build_accounts(rng: np.random.Generator, size: Size, partners: pd.DataFrame, stems: NDArray[np.str_]) -> Accounts:
    """Changes `partners` too: website, DUNS and CRM id are set so that each is found as its `link` says."""
    link = _draw_links(rng, size, partners)
    spare, count = stems[size.customers :], len(partners)
    own = _mirror_partners(rng, partners, link, spare[:count])
    odd = build_odd_accounts(rng, size, partners, link, spare[count:])
    customers = _customers(rng, size, stems[: size.customers])
    rows = pd.concat([own, odd, customers], ignore_index=True)
    rows["id"] = make_ids("001", len(rows))
    make_twins(rows, partners)
    main = np.full(len(partners), -1, dtype=np.int64)
    main[own["partner"].to_numpy()] = np.arange(len(own))
    partners["link"] = link
    linked = np.flatnonzero(link == "id")
    partners["crm_account_id"] = ""
    partners.loc[linked, "crm_account_id"] = rows["id"].to_numpy()[main[linked]]
    point_to_survivors(rows)
    return Accounts(rows=rows, main=main, overrides=list_overrides(rows, partners))


def _draw_links(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> NDArray[np.str_]:
    link = np.full(len(partners), "id", dtype="<U8")
    plain = np.flatnonzero(~partners["is_test"] & ~partners["vanishes"] & (partners["parent"] < 0))
    stays = partners.loc[plain, "later_country"] == partners.loc[plain, "country"]
    renamable = plain[stays & np.isin(names.LEGAL[partners.loc[plain, "country"]], list(REWORDED))]
    by_name = rng.choice(renamable, size.identity_dirty(6), replace=False)
    counts = np.array([20, 16, 3, 6]) * size.identity_dirty(1)
    others = rng.choice(np.setdiff1d(plain, by_name), counts.sum(), replace=False)
    for kind, picked in zip(
        ("duns", "domain", "override", "none"), np.split(others, np.cumsum(counts)[:-1]), strict=True
    ):
        link[picked] = kind
    link[by_name] = "name"
    partners.loc[link == "none", "weight"] = 0.0
    return link


def _mirror_partners(
    rng: np.random.Generator, partners: pd.DataFrame, link: NDArray[np.str_], spare: NDArray[np.str_]
) -> pd.DataFrame:
    number = np.flatnonzero(link != "none")
    known, how = partners.loc[number], link[number]
    draw = rng.random((3, len(number)))
    website = names.dress_websites(rng, known["domain"].to_numpy(dtype=str))
    shows_web = (how == "domain") | ((how == "id") & (draw[0] < 0.8))
    shows_duns = (how == "duns") | ((how == "id") & (draw[1] < 0.5))
    trading = np.char.add(spare[number], " Group")
    reworded = [
        stem + REWORDED.get(legal, "")
        for stem, legal in zip(
            (known["stem"] + " " + known["word"]).str.upper(), names.LEGAL[known["country"]], strict=True
        )
    ]
    shown = np.select([how == "id", how == "name"], [known["name"], reworded], trading)
    partners.loc[number[(how == "domain") | (how == "name") | (how == "override")], "duns"] = ""
    partners.loc[number[(how == "id") & (draw[2] < 0.4) & ~shows_duns], "duns"] = ""
    return account_frame(
        len(number),
        name=shown,
        partner=number,
        case=how,
        country=known["country"].to_numpy(),
        website=np.where(shows_web, website, ""),
        duns=np.where(shows_duns, known["duns"], ""),
        created=np.minimum(known["applied"].to_numpy(), known["joined"].to_numpy()) - rng.integers(5, 200, len(number)),
    )


def _customers(rng: np.random.Generator, size: Size, stems: NDArray[np.str_]) -> pd.DataFrame:
    count = size.customers
    country = np.sort(rng.choice(len(names.CODES), count, p=names.SHARES / names.SHARES.sum()))
    words = np.array(names.CUSTOMER_WORDS)[rng.integers(0, len(names.CUSTOMER_WORDS), count)]
    comma = np.where(rng.random(count) < 0.03, ", ", " ")
    title = np.char.add(np.char.add(np.char.add(np.char.add(stems, " "), words), comma), names.LEGAL[country])
    site = np.where(rng.random(count) < 0.25, names.make_domains(stems, words, country), "")
    created = rng.integers(-1_500, -10, count)
    created[rng.choice(count, size.identity_dirty(5), replace=False)] = AUGUST + 12
    return account_frame(count, name=title, type="Customer", country=country, website=site, created=created)
