"""Whose a deal is on the day of the last delivery, by its partner rows and registrations.

Plain loops over the generator's tables and the partner that each account truly is: no matching is done here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime

from bench.workload_registrations import NO_DEAL
from bench.workload_size import DELIVERIES, FIRST_DAY
from bench.workload_world import World

AS_OF = date.fromisoformat(DELIVERIES[-1])
PRIORITY = {"Sourcing Partner": 1, "Co-Sell Partner": 2, "Reseller": 3, "Distributor": 3}


def to_date(day: int) -> date:
    """The date of a day number."""
    return date.fromisoformat(str(FIRST_DAY + day))


def date_of(seconds: int) -> date:
    """The UTC date of a second since 1970."""
    return datetime.fromtimestamp(seconds, UTC).date()


def read_approvals(world: World) -> dict[int, tuple[date, int]]:
    """Day of the approval and partner of the registration behind a deal."""
    approved = {}
    rows = world.registrations.to_dict("records")
    for registration, at, status in world.events[["registration", "at", "status"]].itertuples(index=False):
        row = rows[registration]
        if status == "approved" and row["deal"] != NO_DEAL and not row["is_test"] and date_of(at) <= AS_OF:
            approved[int(row["deal"])] = (date_of(at), int(row["partner"]))
    return approved


def read_partners_of_record(world: World, approvals: dict[int, tuple[date, int]]) -> dict[int, int | str]:
    """Sourced before co-sell before fulfilment, primary first, lowest id; else the registration's."""
    owners = world.accounts.rows["partner"].to_numpy()
    keys = world.partners["key"].to_numpy()
    ranked = defaultdict(list)
    for deal, account, role, is_primary, day in world.sellers.itertuples(index=False):
        if role in PRIORITY and to_date(day) <= AS_OF:
            owner = int(owners[account])
            key = str(keys[owner]) if owner >= 0 else "unmatched"
            ranked[deal].append((PRIORITY[role], not is_primary, key, owner))
    record: dict[int, int | str] = {}
    for deal in range(len(world.deals)):
        if ranked[deal]:
            owner = min(ranked[deal])[3]
            record[deal] = owner if owner >= 0 else "unmatched"
        else:
            record[deal] = approvals[deal][1] if deal in approvals else "direct"
    return record
