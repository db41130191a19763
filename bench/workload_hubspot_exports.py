"""The second CRM's exports of a world, as they look at the end of a day.

HubSpot's shape: times that are not padded, a column per stage with the moment it was entered, probabilities as
fractions, and a date far away where nobody has set one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_acquired_deal_cases import STAGES, WON, AcquiredDeals
from bench.workload_exports import end_of, flag, money, pick
from bench.workload_size import day_of
from bench.workload_times import DAY, FAR, Moments, hide_later, write_moments

OPEN_END = "2050-01-01 00:00:00"
PROBABILITY = np.array(["0.2", "0.4", "0.6", "0.9", "1", "0"])


def write_loosely(moments: Moments, unset: str = "") -> NDArray[np.str_]:
    """`2026-03-02 9:05:07`: hours without a leading zero."""
    texts = pd.Series(write_moments(moments, unset, " ", ""))
    return texts.str.replace(r" 0(\d:)", r" \1", regex=True).where(texts != unset, unset).to_numpy(dtype=str)


def export_companies(acquired: AcquiredDeals) -> pd.DataFrame:
    """companies: customers and partners."""
    rows = acquired.companies
    return pd.DataFrame(
        {
            "company_id": rows["id"],
            "name": rows["name"],
            "domain": rows["domain"],
            "country_code": names.CODES[rows["country"]],
            "type": rows["type"],
            "is_deleted": "false",
        }
    )


def export_deals(acquired: AcquiredDeals, as_of: str) -> pd.DataFrame:
    """deals: each in the stage that it entered last."""
    rows, cut, day = acquired.deals, end_of(as_of), day_of(as_of)
    entered = hide_later(acquired.entered, cut)
    stage = np.where(entered < FAR, entered, -1).argmax(axis=1)
    closed = stage >= WON
    planned = np.where(rows["dated"], rows["created"] + 90 * DAY, FAR)
    ids = rows["id"].to_numpy(dtype=str)
    merged = (rows["merged"] <= day).to_numpy()
    frame = pd.DataFrame(
        {
            "deal_id": ids,
            "dealname": acquired.companies["name"].to_numpy()[rows["customer"]],
            "amount": money(rows["amount"].to_numpy(), np.zeros(len(rows), dtype=bool)),
            "deal_currency_code": rows["currency"],
            "dealtype": rows["type"],
            "dealstage": STAGES[stage],
            "pipeline": "default",
            "createdate": write_loosely(rows["created"]),
            "closedate": write_loosely(
                np.where(closed, entered.max(axis=1, where=entered < FAR, initial=0), planned), OPEN_END
            ),
            "hs_is_closed": flag(closed),
            "hs_is_closed_won": flag(stage == WON),
            "hs_deal_stage_probability": PROBABILITY[stage],
            "hubspot_owner_id": rows["owner"],
            "associated_company_id": acquired.companies["id"].to_numpy()[rows["customer"]],
            "is_deleted": flag(rows["deleted"] <= day),
            "merged_into": pick(ids, np.where(merged, rows["merged_into"], -1)),
            **{f"hs_v2_date_entered_{name}": write_loosely(entered[:, place]) for place, name in enumerate(STAGES)},
        }
    )
    return frame[(rows["created"] <= cut).to_numpy()]


def export_deal_companies(acquired: AcquiredDeals, as_of: str) -> pd.DataFrame:
    """deal_company: the customer of every deal, and who has part in it."""
    born = (acquired.deals["created"] <= end_of(as_of)).to_numpy()
    buyers = pd.DataFrame(
        {"deal": np.arange(len(acquired.deals)), "company": acquired.deals["customer"], "label": "Primary"}
    )
    rows = pd.concat([buyers, acquired.links], ignore_index=True).sort_values("deal", kind="stable")
    rows = rows[born[rows["deal"]]]
    return pd.DataFrame(
        {
            "deal_id": acquired.deals["id"].to_numpy()[rows["deal"]],
            "company_id": acquired.companies["id"].to_numpy()[rows["company"]],
            "label": rows["label"],
        }
    )
