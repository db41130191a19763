"""The second CRM, of a business that was bought: companies, deals with the moment each entered a stage, partner labels.

Some of its partners are the vendor's own too. Hand-made deals are `workload_acquired_deal_cases`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_acquired_deal_cases import (
    FIRST_COMPANY,
    FIRST_DEAL,
    LOST,
    PARTNERS,
    STAGES,
    STRANGERS,
    WON,
    AcquiredDeals,
    plant_acquired_deals,
)
from bench.workload_cast import find_cast
from bench.workload_learners import NOBODY
from bench.workload_office_hours import move_into_hours
from bench.workload_partners import NEVER
from bench.workload_registrations import EPOCH
from bench.workload_size import DAYS, Size, day_of
from bench.workload_times import DAY, FAR, Moments, at_hours

LABELS = np.array(["Sourcing Partner", "Co-Sell Partner", "Reseller"])
BEGINS = day_of("2025-01-06")


def build_acquired_deals(
    rng: np.random.Generator, size: Size, partners: pd.DataFrame, twin: str, stems: NDArray[np.str_]
) -> AcquiredDeals:
    """All of it; `twin` is the id of a deal of the first CRM, under which one of these was imported."""
    companies = _found_companies(size, partners, stems)
    sellers = np.flatnonzero(companies["type"] == "PARTNER")
    buyers = np.flatnonzero(companies["type"] == "CUSTOMER")
    count = size.dirty(134)
    created = at_hours(rng, BEGINS + (rng.random(count) * (DAYS - 10 - BEGINS)).astype(np.int64), 7, 17)
    deals = pd.DataFrame(
        {
            "created": created,
            "customer": rng.choice(buyers, count),
            "amount": rng.integers(20, 900, count) * 10_000,
            "currency": np.array(["USD", "EUR"])[(rng.random(count) < 0.35) * 1],
            "type": np.array(["newbusiness", "existingbusiness"])[(rng.random(count) < 0.25) * 1],
            "owner": rng.integers(71, 77, count),
            "dated": rng.random(count) < 0.93,
            "deleted": NEVER,
            "merged_into": -1,
            "merged": NEVER,
        }
    )
    entered = _walk(rng, created)
    closed = entered[:, WON:].min(axis=1)
    standing = (closed >= EPOCH + DAYS * DAY) & (created < EPOCH + (DAYS - 30) * DAY)
    odd = rng.permutation(np.flatnonzero(standing))[: size.dirty(6)]
    thrown, doubled = odd[::2], odd[1::2]
    deals.loc[thrown, "deleted"] = DAYS - 20
    deals.loc[doubled, "merged_into"] = rng.choice(np.setdiff1d(np.arange(count), odd), len(doubled))
    deals.loc[doubled, "merged"] = DAYS - 25
    sold = np.flatnonzero(rng.random(count) < 0.55)
    links = pd.DataFrame(
        {
            "deal": sold,
            "company": rng.choice(sellers, len(sold)),
            "label": LABELS[rng.choice(3, len(sold), p=[0.5, 0.2, 0.3])],
        }
    )
    deals["id"] = (np.arange(count) + FIRST_DEAL).astype(str)
    drawn = AcquiredDeals(companies=companies, deals=deals, entered=entered, links=links, labels={})
    return plant_acquired_deals(partners, drawn, twin)


def _found_companies(size: Size, partners: pd.DataFrame, stems: NDArray[np.str_]) -> pd.DataFrame:
    number = np.array([find_cast(partners, wanted) for wanted in PARTNERS])
    known = partners.loc[number]
    count = size.dirty(80)
    words = np.array(names.CUSTOMER_WORDS)[np.arange(count) % len(names.CUSTOMER_WORDS)]
    frames = [
        pd.DataFrame(
            {
                "partner": number,
                "name": known["stem"] + " Alliances",
                "domain": known["domain"],
                "country": known["later_country"].to_numpy(),
                "type": "PARTNER",
            }
        ),
        pd.DataFrame(
            {
                "partner": NOBODY,
                "name": STRANGERS,
                "domain": ["", "tidewater-resale.com"],
                "country": [3, 0],
                "type": "PARTNER",
            }
        ),
        pd.DataFrame(
            {
                "partner": NOBODY,
                "name": np.char.add(np.char.add(stems[:count], " "), words),
                "domain": np.char.add(np.char.lower(stems[:count]), ".org"),
                "country": np.arange(count) % 5,
                "type": "CUSTOMER",
            }
        ),
    ]
    companies: pd.DataFrame = pd.concat(frames, ignore_index=True)
    companies["id"] = (np.arange(len(companies)) + FIRST_COMPANY).astype(str)
    return companies


def _walk(rng: np.random.Generator, created: Moments) -> NDArray[np.int64]:
    """Stages in their order, some left out, none entered twice; a little over half of the ended deals is won."""
    count = len(created)
    entered = np.full((count, len(STAGES)), FAR)
    entered[:, 0] = created
    now = created
    goes_on = np.ones(count, dtype=bool)
    for stage in (1, 2, 3):
        now = move_into_hours(rng, now + (rng.gamma(2.0, 8.0, count) * DAY).astype(np.int64))
        goes_on &= rng.random(count) < 0.9
        seen = goes_on & (rng.random(count) < 0.9)
        entered[seen, stage] = now[seen]
    now = move_into_hours(rng, now + (rng.gamma(2.0, 9.0, count) * DAY).astype(np.int64))
    won = goes_on & (rng.random(count) < 0.65)
    entered[won, WON] = now[won]
    entered[~won, LOST] = now[~won]
    return entered
