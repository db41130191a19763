"""The deals of a made world as a careful reader would judge them on a day, one plain object each.

Written against the definitions, in loops over the generator's own tables; shares no code and no file with the
warehouse. Money is `facts_money`, the facts themselves are the other `facts_*` modules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from bench import workload_names as names
from bench.facts_attribution import AS_OF, date_of, read_approvals, read_partners_of_record, to_date
from bench.workload_partners import NEVER
from bench.workload_saves import DUPLICATE, LOST, STAGES, UNQUALIFIED, WON
from bench.workload_size import DELIVERIES, day_of
from bench.workload_world import World


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Consecutive saves in one stage; `left` is None while the deal is in it."""

    stage: int
    entered: date
    left: date | None


@dataclass(frozen=True, kw_only=True)
class Deal:
    """One opportunity as of AS_OF. `excluded` is empty where it counts; `partner` may be `direct`."""

    id: str
    created: date
    closed: date | None
    outcome: str
    excluded: str
    amount: Decimal | None
    currency: str
    partner: str
    motion: str
    region: str
    route: str
    visits: tuple[Visit, ...]
    slips: tuple[tuple[date, int], ...]
    approved: date | None

    @property
    def counts(self) -> bool:
        """Whether the deal is part of the population."""
        return not self.excluded

    @property
    def days(self) -> int:
        """Days from creation to the close, or to AS_OF."""
        return ((self.closed or AS_OF) - self.created).days


def read_deals(world: World) -> list[Deal]:
    """Every deal that one of the two deliveries showed."""
    saves = defaultdict(list)
    for deal, at, stage, amount, close_day in world.saves.itertuples(index=False):
        if date_of(at) <= AS_OF:
            saves[deal].append((date_of(at), stage, amount, to_date(close_day)))
    approvals = read_approvals(world)
    partners = read_partners_of_record(world, approvals)
    deals = []
    for number, row in enumerate(world.deals.to_dict("records")):
        late = int(row["created_late"])
        if not saves[number]:
            continue
        created = saves[number][0][0] if late >= NEVER else to_date(late)
        deals.append(
            _judge(
                world,
                row,
                created=created,
                saves=saves[number],
                partner=partners[number],
                approval=approvals.get(number),
            )
        )
    return deals


def _judge(
    world: World,
    row: dict[Any, Any],
    *,
    created: date,
    saves: list[tuple[date, int, int, date]],
    partner: int | str,
    approval: tuple[date, int] | None,
) -> Deal:
    visits = _join_visits(saves)
    stage, amount, close_date = saves[-1][1:]
    today = day_of(DELIVERIES[-1])
    outcome = "won" if stage == WON else "lost" if stage == LOST else "open"
    stated = to_date(int(row["future_close"])) if int(row["future_close"]) < NEVER else close_date
    closed = None if outcome == "open" else visits[-1].entered if row["has_history"] else stated
    gone = bool(row["vanishes"]) or int(row["deleted"]) <= today
    merged = int(row["merged"]) <= today or stage == DUPLICATE
    reasons = {
        "test_record": bool(row["is_test"]),
        "deleted_at_source": gone,
        "merged_into_other": merged,
        "outside_population": stage == UNQUALIFIED or row["type"] == "Renewal",
        "closed_in_future": closed is not None and closed > AS_OF,
    }
    motion, region = _describe(world, partner, closed or AS_OF)
    return Deal(
        id=f"salesforce:{row['id']}",
        created=created,
        closed=closed,
        outcome=outcome,
        excluded=next((reason for reason, holds in reasons.items() if holds), ""),
        amount=None if row["no_amount"] else Decimal(amount) / 100,
        currency=str(row["currency"]),
        partner=partner if isinstance(partner, str) else f"partnerstack:{world.partners['key'].iloc[partner]}",
        motion=motion,
        region=region,
        route=str(row["route"]),
        visits=visits if row["has_history"] else (),
        slips=_find_slips(saves) if row["has_history"] else (),
        approved=approval[0] if approval else None,
    )


def _join_visits(saves: list[tuple[date, int, int, date]]) -> tuple[Visit, ...]:
    starts = [place for place in range(len(saves)) if place == 0 or saves[place][1] != saves[place - 1][1]]
    ends = [*(saves[place][0] for place in starts[1:]), None]
    return tuple(
        Visit(stage=saves[place][1], entered=saves[place][0], left=left)
        for place, left in zip(starts, ends, strict=True)
    )


def _find_slips(saves: list[tuple[date, int, int, date]]) -> tuple[tuple[date, int], ...]:
    moves = [(now[0], (now[3] - before[3]).days) for before, now in pairwise(saves)]
    return tuple((on, days) for on, days in moves if days > 0)


def _describe(world: World, partner: int | str, on: date) -> tuple[str, str]:
    """Motion and region of the partner in force on a date; the second delivery brought the new countries."""
    if isinstance(partner, str):
        return "", ""
    row = world.partners.iloc[partner]
    country = row["later_country"] if on >= AS_OF else row["country"]
    return str(row["motion"]), str(names.REGIONS[country])


STAGE_NAMES = tuple(STAGES.tolist())
