"""The CRM's exports of a world, as they look at the end of a day.

Vendor headers and value forms of Salesforce; every function gives one file's rows in file order.
What the PRM exports is `workload_prm_exports`, where files go is `workload`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_ids import make_ids, make_ids_of, shorten_ids
from bench.workload_partners import NEVER, to_day
from bench.workload_registrations import EPOCH, times_of
from bench.workload_saves import STAGES, WON
from bench.workload_size import DELIVERIES, day_of
from bench.workload_world import World

SLICE = 500_000
PROBABILITY = np.array([10, 20, 40, 60, 80, 100, 0, 0, 0])
FORECAST = np.array(
    ["Pipeline", "Pipeline", "Pipeline", "Best Case", "Commit", "Closed", "Omitted", "Omitted", "Omitted"]
)


def end_of(as_of: str) -> int:
    """The last second of a day, since 1970."""
    return EPOCH + day_of(as_of) * 86_400 + 86_399


def stamp(seconds: NDArray[np.int64]) -> NDArray[np.str_]:
    """Salesforce's date-times: milliseconds and Z."""
    return np.char.add(np.asarray(seconds).astype("datetime64[s]").astype(str), ".000Z")


def flag(values: pd.Series | NDArray[np.bool_], yes: str = "true", no: str = "false") -> NDArray[np.str_]:
    """Booleans the way this column spells them."""
    return np.where(np.asarray(values, dtype=bool), yes, no)


def money(cents: NDArray[np.int64], empty: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Units with two decimals only where there are cents; nothing where the amount was never entered."""
    units = (cents // 100).astype(str)
    tail = np.where(cents % 100 == 0, "", np.char.add(".", np.char.zfill((cents % 100).astype(str), 2)))
    return np.where(empty, "", np.char.add(units, tail))


def pick(ids: NDArray[np.str_], places: NDArray[np.int64]) -> NDArray[np.str_]:
    """The ids at those positions, nothing at negative ones."""
    return np.where(places < 0, "", ids[places])


def in_slices(rows: pd.DataFrame, write: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """`write(rows)`, which looks at single rows, slice by slice: texts on the way take ten times the room of a row."""
    starts = range(0, max(len(rows), 1), SLICE)
    return pd.concat([write(rows.iloc[start : start + SLICE]) for start in starts])


def export_accounts(world: World, as_of: str) -> pd.DataFrame:
    """Account: merged and deleted ones stay, with their flag."""
    rows, day = world.accounts.rows, day_of(as_of)
    merged = (rows["merged"] <= day).to_numpy()
    ids = rows["id"].to_numpy(dtype=str)
    owners = make_ids("005", world.size.users)
    parent = np.where(rows["partner"] >= 0, world.partners["parent"].to_numpy()[rows["partner"]], -1)
    parent = np.where((parent >= 0) & rows["case"].isin(["id", "id_twin"]), world.accounts.main[parent], -1)
    frame = pd.DataFrame(
        {
            "Id": ids,
            "IsDeleted": flag((rows["is_deleted"] & (rows["merged"] >= NEVER)) | merged),
            "MasterRecordId": pick(ids, np.where(merged, rows["merged_into"], -1)),
            "Name": rows["name"],
            "Type": rows["type"],
            "ParentId": pick(ids, parent),
            "BillingCountryCode": names.CODES[rows["country"]],
            "Website": rows["website"],
            "DunsNumber__c": rows["duns"],
            "OwnerId": owners[np.arange(len(rows)) % len(owners)],
            "CreatedDate": stamp(EPOCH + rows["created"].to_numpy() * 86_400 + 32_400),
        }
    )
    return frame[(rows["created"] <= day).to_numpy()]


def created_of(world: World) -> NDArray[np.int64]:
    """Seconds at which each opportunity was created: its first save, or its migration where that is later."""
    first = world.saves.groupby("deal")["at"].first().reindex(world.deals.index).to_numpy()
    late = world.deals["created_late"].to_numpy()
    return np.where(late >= NEVER, first, EPOCH + late * 86_400 + 50_000).astype(np.int64)


def export_opportunities(world: World, as_of: str) -> pd.DataFrame:
    """Opportunity: each deal as its last save before the cut left it."""
    deals, day = world.deals, day_of(as_of)
    latest = world.saves[world.saves["at"] <= end_of(as_of)].groupby("deal").last()
    created = created_of(world)
    shown = created <= end_of(as_of)
    if as_of == DELIVERIES[-1]:
        shown &= ~deals["vanishes"].to_numpy(dtype=bool)
    here = np.flatnonzero(shown & deals.index.isin(latest.index))
    deals, latest = deals.loc[here], latest.loc[here]
    stage = latest["stage"].to_numpy()
    closed = stage >= WON
    close_day = np.where(closed & (deals["future_close"] < NEVER), deals["future_close"], latest["close_day"])
    merged = (deals["merged"] <= day).to_numpy()
    return pd.DataFrame(
        {
            "Id": deals["id"],
            "IsDeleted": flag(deals["deleted"] <= day),
            "AccountId": world.accounts.rows["id"].to_numpy(dtype=str)[deals["customer"]],
            "Name": deals["name"],
            "Amount": money(latest["amount"].to_numpy(), deals["no_amount"].to_numpy(dtype=bool)),
            "CurrencyIsoCode": deals["currency"],
            "StageName": STAGES[stage],
            "Type": deals["type"],
            "ForecastCategoryName": FORECAST[stage],
            "Probability": PROBABILITY[stage],
            "CreatedDate": stamp(created[here]),
            "CloseDate": to_day(close_day).astype(str),
            "IsClosed": flag(closed),
            "IsWon": flag(stage == WON),
            "LeadSource": deals["lead_source"],
            "OwnerId": make_ids("005", world.size.users)[deals["owner"]],
            "Route__c": deals["route"],
            "Deal_Registered__c": flag(_is_registered(world, as_of)[here], "TRUE", "FALSE"),
            "Is_Test__c": flag(deals["is_test"], "TRUE", ""),
            "Amount_Type__c": "ACV",
            "Term_Months__c": deals["term"],
            "Merged_Into__c": pick(world.deals["id"].to_numpy(dtype=str), np.where(merged, deals["merged_into"], -1)),
        }
    )


def _is_registered(world: World, as_of: str) -> NDArray[np.bool_]:
    rows = world.registrations
    decided = times_of(rows, world.events)["decided_at"].to_numpy()
    approved = (rows["outcome"] == "approved") & (rows["deal"] >= 0) & (decided <= end_of(as_of)) & (decided != NEVER)
    return np.isin(np.arange(len(world.deals)), rows.loc[approved & ~rows["is_test"].astype(bool), "deal"])


def export_history(world: World, since: str, as_of: str) -> pd.DataFrame:
    """OpportunityHistory: the saves of a span of days, in order of time."""
    saves = world.saves.sort_values(["at", "deal"], kind="stable", ignore_index=True)
    kept = world.deals["has_history"].to_numpy(dtype=bool)[saves["deal"]]
    kept &= saves["at"].between(end_of(since) - 86_399, end_of(as_of)).to_numpy()
    saves.insert(0, "number", np.arange(len(saves)))
    return in_slices(saves[kept], lambda rows: _write_saves(world.deals, rows))


def _write_saves(deals: pd.DataFrame, saves: pd.DataFrame) -> pd.DataFrame:
    deals, stage = deals.loc[saves["deal"], ["id", "no_amount", "currency"]], saves["stage"].to_numpy()
    return pd.DataFrame(
        {
            "Id": make_ids_of("008", saves["number"].to_numpy()),
            "OpportunityId": deals["id"].to_numpy(),
            "StageName": STAGES[stage],
            "Amount": money(saves["amount"].to_numpy(), deals["no_amount"].to_numpy(dtype=bool)),
            "CurrencyIsoCode": deals["currency"].to_numpy(),
            "CloseDate": to_day(saves["close_day"].to_numpy()).astype(str),
            "Probability": PROBABILITY[stage],
            "ForecastCategory": FORECAST[stage],
            "CreatedDate": stamp(saves["at"].to_numpy()),
        }
    )


def export_sellers(world: World, as_of: str) -> pd.DataFrame:
    """OpportunityPartner: the account in its fifteen-character form."""
    rows = world.sellers.sort_values(["day", "deal"], kind="stable", ignore_index=True)
    rows["id"] = make_ids("00I", len(rows))
    gone = world.deals["vanishes"].to_numpy(dtype=bool)[rows["deal"]] & (as_of == DELIVERIES[-1])
    born = created_of(world)[rows["deal"]] <= end_of(as_of)
    rows = rows[(rows["day"] <= day_of(as_of)).to_numpy() & born & ~gone]
    return pd.DataFrame(
        {
            "Id": rows["id"],
            "OpportunityId": world.deals["id"].to_numpy()[rows["deal"]],
            "AccountToId": shorten_ids(world.accounts.rows["id"].to_numpy(dtype=str))[rows["account"]],
            "Role": rows["role"],
            "IsPrimary": flag(rows["is_primary"], "True", "False"),
        }
    )
