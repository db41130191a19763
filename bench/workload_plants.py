"""Adds the hand-made deals and registrations to the tables of a world, after the drawn ones.

The cases themselves are `planted_cases.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.workload_accounts import Accounts
from bench.workload_choice import find_account, find_partner
from bench.workload_deals import DIRECT
from bench.workload_dirt import FLAGS
from bench.workload_partners import NEVER
from bench.workload_planted import (
    PlantedDeal,
    PlantedRegistration,
    read_planted_deals,
    read_planted_registrations,
)
from bench.workload_registrations import EPOCH, NO_DEAL
from bench.workload_saves import STAGES
from bench.workload_size import day_of

TEN_O_CLOCK = 36_000


@dataclass(frozen=True, kw_only=True)
class PlantedDeals:
    """Deal tables with the planted rows at their end, and the deal number of each label."""

    deals: pd.DataFrame
    saves: pd.DataFrame
    sellers: pd.DataFrame
    labels: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class PlantedRequests:
    """Registration tables with the planted rows at their end, and the registration number of each label."""

    registrations: pd.DataFrame
    events: pd.DataFrame
    labels: dict[str, int]


def plant_deals(
    partners: pd.DataFrame,
    accounts: Accounts,
    deals: pd.DataFrame,
    saves: pd.DataFrame,
    sellers: pd.DataFrame,
) -> PlantedDeals:
    """Appends every planted deal with its saves and partner rows."""
    cases = read_planted_deals()
    labels = {case.label: len(deals) + place for place, case in enumerate(cases)}
    rows = accounts.rows
    buyers = np.flatnonzero((rows["type"] == "Customer") & (rows["merged"] >= NEVER) & (rows["created"] < 0))
    told = [_tell_deal(accounts, case, int(buyers[17 * place])) for place, case in enumerate(cases)]
    moves = [move for case in cases for move in _tell_saves(labels[case.label], case)]
    sold = [
        {
            "deal": labels[case.label],
            "account": find_account(partners, accounts, account),
            "role": role,
            "is_primary": primary,
            "day": day_of(case.rows_on or case.saves[0][0]),
        }
        for case in cases
        for account, role, primary in case.rows
    ]
    return PlantedDeals(
        deals=pd.concat([deals, pd.DataFrame(told)], ignore_index=True),
        saves=pd.concat([saves, pd.DataFrame(moves)], ignore_index=True),
        sellers=pd.concat([sellers, pd.DataFrame(sold)], ignore_index=True),
        labels=labels,
    )


def _tell_deal(accounts: Accounts, case: PlantedDeal, customer: int) -> dict[str, object]:
    stem = str(accounts.rows["name"].iloc[customer]).split(" ")[0]
    return (
        FLAGS
        | {"partner": DIRECT, "motion": "resell", "country": int(accounts.rows["country"].iloc[customer])}
        | {
            "created": day_of(case.saves[0][0]),
            "registered": False,
            "days": 0,
            "won": False,
            "route": "channel",
        }
        | {"currency": case.currency, "amount": round(case.saves[-1][2] * 100), "customer": customer}
        | {"name": f"{stem} Platform", "type": "New", "lead_source": "Partner", "owner": 0, "term": 12}
        | {"dirt": case.label}
        | case.flags
    )


def _tell_saves(deal: int, case: PlantedDeal) -> list[dict[str, int]]:
    return [
        {
            "deal": deal,
            "at": EPOCH + day_of(date) * 86_400 + TEN_O_CLOCK + nth * 97,
            "stage": STAGES.tolist().index(stage),
            "amount": round(amount * 100),
            "close_day": day_of(close),
        }
        for nth, (date, stage, amount, close) in enumerate(case.saves)
    ]


def plant_registrations(
    partners: pd.DataFrame,
    accounts: Accounts,
    planted: dict[str, int],
    rows: pd.DataFrame,
    events: pd.DataFrame,
) -> PlantedRequests:
    """Appends every planted registration with its events; `planted` are the labels of the deals."""
    cases = read_planted_registrations()
    labels = {case.label: len(rows) + place for place, case in enumerate(cases)}
    customer = int(np.flatnonzero(accounts.rows["type"] == "Customer")[5])
    told = [
        _tell_registration(case, labels)
        | {"partner": find_partner(partners, accounts, case.partner), "customer": customer}
        | {"deal": planted[case.deal] if case.deal else NO_DEAL}
        for case in cases
    ]
    steps = [
        {
            "registration": labels[case.label],
            "at": EPOCH + day_of(date) * 86_400 + TEN_O_CLOCK,
            "status": status,
            "actor": actor,
        }
        for case in cases
        for date, status, actor in case.events
    ]
    return PlantedRequests(
        registrations=pd.concat([rows, pd.DataFrame(told)], ignore_index=True),
        events=pd.concat([events, pd.DataFrame(steps)], ignore_index=True),
        labels=labels,
    )


def _tell_registration(case: PlantedRegistration, labels: dict[str, int]) -> dict[str, object]:
    submitted = day_of(case.events[0][0])
    return {
        "key": f"R-{labels[case.label] + 1:05d}",
        "submitted": submitted,
        "end": day_of(case.events[-1][0]),
        "expires": submitted + 180,
        "outcome": case.events[-1][1],
        "conflict": False,
        "amount": 2_400_000,
        "currency": "USD",
        "source": "portal",
        "resubmits": labels[case.resubmits] if case.resubmits else NO_DEAL,
    } | dict.fromkeys(("touchless", "asks", "is_test", "ghost", "lapses"), False)
