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
from bench.workload_acquired_deal_cases import AcquiredDeals
from bench.workload_acquired_deals import build_acquired_deals
from bench.workload_acquired_desk import AcquiredDesk, build_acquired_desk
from bench.workload_acquired_learning import AcquiredLearning, build_acquired_learning
from bench.workload_deals import build_deals
from bench.workload_dirt import add_dirt
from bench.workload_ids import make_ids
from bench.workload_learning_world import Learning, build_learning
from bench.workload_partners import build_memberships, build_partners
from bench.workload_plants import plant_deals, plant_registrations
from bench.workload_portal import Portal, build_portal
from bench.workload_registrations import build_registrations
from bench.workload_saves import build_saves
from bench.workload_sellers import build_sellers
from bench.workload_size import Size
from bench.workload_support_world import Support, build_support


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
    learning: Learning
    support: Support
    portal: Portal
    acquired_deals: AcquiredDeals
    acquired_learning: AcquiredLearning
    acquired_desk: AcquiredDesk


def build_world(size: Size, seed: int) -> World:
    """All tables of a world; the same size and seed give the same world."""
    rooms = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(15)]
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
        learning=build_learning(rooms[9], size, partners),
        support=build_support(rooms[10], size, partners),
        portal=build_portal(rooms[11], size, partners),
        acquired_deals=build_acquired_deals(
            rooms[12], size, partners, str(deals["id"].iloc[planted.labels["won_in_august"]]), stems[::-1]
        ),
        acquired_learning=build_acquired_learning(rooms[13], size, partners),
        acquired_desk=build_acquired_desk(rooms[14], size, partners),
    )
