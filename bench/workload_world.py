"""One made world: every table of truth, over its whole life, and the labels of what was planted.

`build_world` is a function of size and seed alone. Each room draws from a stream of its own, so that a change
in one leaves the others as they were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench import workload_names as names
from bench.workload_accounts import Accounts, build_accounts
from bench.workload_deals import build_deals
from bench.workload_dirt import add_dirt
from bench.workload_ids import make_ids
from bench.workload_partners import build_memberships, build_partners
from bench.workload_plants import plant_deals, plant_registrations
from bench.workload_registrations import build_registrations
from bench.workload_saves import build_saves
from bench.workload_sellers import build_sellers
from bench.workload_size import Size


@dataclass(frozen=True, kw_only=True)
class World:
    """Truth. Positions in `partners`, `accounts.rows` and `deals` are the numbers that other tables use."""

    size: Size
    partners: pd.DataFrame
    memberships: pd.DataFrame
    accounts: Accounts
    deals: pd.DataFrame
    saves: pd.DataFrame
    sellers: pd.DataFrame
    registrations: pd.DataFrame
    events: pd.DataFrame
    planted: dict[str, int]
    planted_registrations: dict[str, int]


def build_world(size: Size, seed: int) -> World:
    """All tables of a world; the same size and seed give the same world."""
    rooms = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(9)]
    stems = names.make_stems(rooms[0], 2 * size.partners + size.customers + 60 * size.identity_dirty(1))
    partners = build_partners(rooms[1], size, stems[: size.partners])
    accounts = build_accounts(rooms[2], size, partners, stems[size.partners :])
    deals = build_deals(rooms[3], size, partners, accounts)
    saves = build_saves(rooms[4], size, deals)
    sellers = build_sellers(rooms[5], size, partners, accounts, deals)
    add_dirt(rooms[6], size, deals, saves)
    registrations, events = build_registrations(rooms[7], size, partners, deals)
    planted = plant_deals(partners, accounts, deals, saves, sellers)
    requests = plant_registrations(partners, accounts, planted.labels, registrations, events)
    deals = planted.deals.drop(columns=["of_record", "silent"])  # what is known of them is in sellers
    deals["id"] = make_ids("006", len(deals))
    return World(
        size=size,
        partners=partners,
        memberships=build_memberships(partners),
        accounts=accounts,
        deals=deals,
        saves=planted.saves,
        sellers=planted.sellers,
        registrations=requests.registrations,
        events=requests.events,
        planted=planted.labels,
        planted_registrations=requests.labels,
    )
