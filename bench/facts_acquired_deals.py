"""The deals of the second CRM as a careful reader would judge them, in the same form as those of the first.

Stages are entered in their order and once, so that nobody steps back and no close date slips.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from bench import workload_names as names
from bench.facts_attribution import AS_OF, PRIORITY, date_of
from bench.facts_truth import Deal, Visit
from bench.workload_acquired_deal_cases import WON
from bench.workload_learners import NOBODY
from bench.workload_size import day_of
from bench.workload_world import World

FIRST_STAGE = 100  # stage numbers of the second CRM, apart from the first one's


def read_acquired_deals(world: World) -> list[Deal]:
    """Every deal that the second CRM showed by AS_OF."""
    acquired = world.acquired_deals
    owners = _read_owners(world)
    deals = []
    for number, row in enumerate(acquired.deals.to_dict("records")):
        path = [(date_of(at), stage) for stage, at in enumerate(acquired.entered[number]) if at < 10**11]
        path = [(on, stage) for on, stage in path if on <= AS_OF]
        if not path:
            continue
        last = path[-1][1]
        outcome = "open" if last < WON else "won" if last == WON else "lost"
        closed = None if outcome == "open" else path[-1][0]
        gone, merged = row["deleted"] <= day_of(str(AS_OF)), row["merged"] <= day_of(str(AS_OF))
        partner = owners[number]
        deals.append(
            Deal(
                id=f"hubspot:{row['id']}",
                created=path[0][0],
                closed=closed,
                outcome=outcome,
                excluded="deleted_at_source" if gone else "merged_into_other" if merged else "",
                amount=Decimal(int(row["amount"])) / 100,
                currency=str(row["currency"]),
                partner=partner if isinstance(partner, str) else f"partnerstack:{world.partners['key'].iloc[partner]}",
                motion="" if isinstance(partner, str) else str(world.partners["motion"].iloc[partner]),
                region="" if isinstance(partner, str) else _region(world, partner, closed or AS_OF),
                route="",
                visits=_visit(path),
                slips=(),
                approved=None,
            )
        )
    return deals


def _read_owners(world: World) -> list[int | str]:
    """Sourced before co-sell before fulfilment, lowest key; no label, no partner."""
    acquired = world.acquired_deals
    keys, truly = world.partners["key"].to_numpy(), acquired.companies["partner"].to_numpy()
    ranked = defaultdict(list)
    for deal, company, label in acquired.links[["deal", "company", "label"]].itertuples(index=False):
        owner = int(truly[company])
        ranked[deal].append((PRIORITY[label], str(keys[owner]) if owner != NOBODY else "unmatched", owner))
    record: list[int | str] = []
    for deal in range(len(acquired.deals)):
        owner = min(ranked[deal])[2] if ranked[deal] else None
        record.append("direct" if owner is None else "unmatched" if owner == NOBODY else owner)
    return record


def _region(world: World, partner: int, on: date) -> str:
    row = world.partners.iloc[partner]
    return str(names.REGIONS[row["later_country"] if on >= AS_OF else row["country"]])


def _visit(path: list[tuple[date, int]]) -> tuple[Visit, ...]:
    ends = [on for on, _ in path[1:]]
    return tuple(
        Visit(stage=FIRST_STAGE + stage, entered=on, left=left)
        for (on, stage), left in zip(path, [*ends, None], strict=True)
    )
