"""The second CRM's tables, and its hand-made deals, each to show one reading, by label.

Drawn deals are `workload_acquired_deals`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_cast import find_cast
from bench.workload_partners import NEVER
from bench.workload_registrations import EPOCH
from bench.workload_size import day_of
from bench.workload_times import DAY, FAR

STAGES = np.array(
    [
        *("appointmentscheduled", "qualifiedtobuy", "presentationscheduled"),
        *("contractsent", "closedwon", "closedlost"),
    ]
)
WON, LOST = 4, 5
PARTNERS = ("amer:2", "amer:3", "emea:1", "emea:2", "apac:1", "apac:2", "newcomer:1", "silver:6")
STRANGERS = ("Ostrava Cloud Partners", "Tidewater Resale")
FIRST_COMPANY = 8_150_001
FIRST_DEAL = 9_400_001


@dataclass(frozen=True, kw_only=True)
class AcquiredDeals:
    """Tables of truth; `entered` holds a row per deal and a column per stage, FAR where it was never in it."""

    companies: pd.DataFrame
    deals: pd.DataFrame
    entered: NDArray[np.int64]
    links: pd.DataFrame
    labels: dict[str, int]


def plant_acquired_deals(partners: pd.DataFrame, drawn: AcquiredDeals, twin: str) -> AcquiredDeals:
    """Six deals more: days of (created, contract sent, won, lost) and who brought them."""
    joined = int(partners["joined"].iloc[find_cast(partners, "newcomer:1")])
    cases: dict[str, tuple[tuple[int, int, int, int], str, str]] = {
        "before_joining": ((joined - 90, joined - 60, joined - 30, NEVER), "newcomer:1", "Sourcing Partner"),
        "same_id": ((day_of("2026-02-09"), NEVER, NEVER, NEVER), "", ""),
        "in_both_systems": (
            (day_of("2026-02-16"), day_of("2026-03-30"), day_of("2026-04-20"), NEVER),
            "amer:2",
            "Sourcing Partner",
        ),
        "of_unknown_partner": (
            (day_of("2026-03-02"), day_of("2026-04-06"), day_of("2026-05-11"), NEVER),
            "stranger",
            "Reseller",
        ),
        "lost_in_august": ((day_of("2026-05-12"), NEVER, NEVER, day_of("2026-08-11")), "emea:1", "Co-Sell Partner"),
        "bought_directly": ((day_of("2026-01-14"), day_of("2026-03-11"), day_of("2026-04-08"), NEVER), "", ""),
    }
    count = len(drawn.deals)
    told: list[dict[str, object]] = []
    paths, sold = [], []
    for place, (label, (days, who, role)) in enumerate(cases.items()):
        told.append(
            {
                **{"created": EPOCH + days[0] * DAY + 36_000, "customer": len(PARTNERS) + len(STRANGERS) + place},
                **{"amount": 2_500_050, "currency": "USD", "type": "newbusiness", "owner": 71, "dated": True},
                **{"deleted": NEVER, "merged_into": -1, "merged": NEVER},
                "id": twin if label == "same_id" else str(FIRST_DEAL + count + place),
            }
        )
        path = [days[0], NEVER, NEVER, *days[1:]]
        paths.append([FAR if day >= NEVER else EPOCH + day * DAY + 36_000 for day in path])
        if who:
            company = len(PARTNERS) if who == "stranger" else PARTNERS.index(who)
            sold.append({"deal": count + place, "company": company, "label": role})
    return AcquiredDeals(
        companies=drawn.companies,
        deals=pd.concat([drawn.deals, pd.DataFrame(told)], ignore_index=True),
        entered=np.vstack([drawn.entered, np.array(paths)]),
        links=pd.concat([drawn.links, pd.DataFrame(sold)], ignore_index=True),
        labels={label: count + place for place, label in enumerate(cases)},
    )
