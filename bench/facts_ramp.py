"""Facts about how new partners get going: hand-made newcomers and leavers by their story, cohorts by loops.

A milestone counts until the partner leaves; one that was reached before the start is a negative ramp.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from bench.facts_attribution import AS_OF, date_of, to_date
from bench.facts_form import SHARE, Fact, ask, ask_value
from bench.facts_learning_truth import TODAY
from bench.facts_truth import Deal
from bench.workload_cast import find_cast
from bench.workload_partners import NEVER
from bench.workload_world import World

STORIES = (
    # partner, milestone, days or None, outcome or reason, why
    ("newcomer:0", "first_login", 3, "reached", "logged in three days after joining"),
    ("newcomer:0", "first_certification", 40, "reached", "had somebody certified after forty days"),
    ("newcomer:1", "first_login", None, "stop_before_start", "logged in before it joined"),
    ("newcomer:1", "first_certification", None, "stop_before_start", "had somebody certified before it joined"),
    ("newcomer:1", "first_won_deal", None, "stop_before_start", "won a deal in the other CRM before it joined"),
    ("newcomer:2", "first_login", 0, "reached", "logged in on the day it joined"),
    ("newcomer:3", "first_login", None, "censored", "has not logged in yet"),
    ("newcomer:3", "first_certification", None, "censored", "has nobody certified yet"),
    ("newcomer:4", "first_login", 15, "reached", "logged in after fifteen days"),
    ("leaver:0", "first_login", 5, "reached", "logged in before it left"),
    ("leaver:0", "first_certification", None, "left", "left before anybody was certified"),
    ("leaver:1", "first_login", None, "left", "left without ever logging in"),
)
COHORTS = (("2025-07-01", "2025-09-30"), ("2025-10-01", "2025-12-31"))


def list_ramp_facts(world: World, deals: list[Deal]) -> list[Fact]:
    """All facts about ramps that begin with joining."""
    facts = []
    for wanted, milestone, days, outcome, why in STORIES:
        number = find_cast(world.partners, wanted)
        key = world.partners["key"].iloc[number]
        joined, left = (int(world.partners[column].iloc[number]) for column in ("joined", "left"))
        waited = {"censored": TODAY - joined, "left": left - joined}.get(outcome, days)
        told = "coalesce(excluded_reason, outcome || ' ' || days)"
        facts.append(
            Fact(
                id=f"ramp_{wanted.replace(':', '_')}_{milestone}",
                statement=f"Partner {key} {why}.",
                query=ask(
                    told,
                    "fct_ramp_milestones",
                    f"partner_id = 'partnerstack:{key}' and clock_start = 'joined' and milestone = '{milestone}'",
                ),
                expected=outcome if waited is None else f"{outcome} {waited}",
            )
        )
    reached = {"first_login": _read_logins(world), "first_won_deal": _read_wins(deals)}
    return facts + [fact for milestone, dates in reached.items() for fact in _list_cohorts(world, milestone, dates)]


def _read_logins(world: World) -> dict[str, list[date]]:
    dates = defaultdict(list)
    rows = world.portal.activity
    keys = world.partners["key"].to_numpy()
    for partner, at in rows.loc[rows["activity"] == "login", ["partner", "at"]].itertuples(index=False):
        dates[f"partnerstack:{keys[partner]}"].append(date_of(at))
    return dates


def _read_wins(deals: list[Deal]) -> dict[str, list[date]]:
    dates = defaultdict(list)
    for deal in deals:
        if deal.counts and deal.outcome == "won" and deal.closed:
            dates[deal.partner].append(deal.closed)
    return dates


def _list_cohorts(world: World, milestone: str, dates: dict[str, list[date]]) -> list[Fact]:
    dimension, facts, negative = f"joined>{milestone}", [], 0
    for partner in world.partners.to_dict("records"):
        first = _first(partner, dates)
        negative += bool(
            first and partner["joined"] < NEVER and not partner["is_test"] and first < to_date(partner["joined"])
        )
    for begin, end in COHORTS:
        hits = [
            _is_quick(partner, dates)
            for partner in world.partners.to_dict("records")
            if partner["joined"] < NEVER
            and not partner["is_test"]
            and date.fromisoformat(begin) <= to_date(partner["joined"]) <= date.fromisoformat(end)
        ]
        judged = [hit for hit in hits if hit is not None]
        facts.append(
            Fact(
                id=f"activation_{milestone}_{begin[:7].replace('-', '_')}",
                statement=f"Of the partners that joined from {begin} to {end}, the share that reached {milestone} "
                "within 90 days; those that were there before they joined are left out.",
                query=ask_value(
                    "activation_rate_90d",
                    SHARE,
                    period=("quarter", begin),
                    segment=("all_partners", ""),
                    dimension=dimension,
                ),
                expected=round(sum(judged) / len(judged), 6),
            )
        )
    return [
        *facts,
        Fact(
            id=f"negative_ramps_{milestone}",
            statement=f"Partners that reached {milestone} before they joined, ever.",
            query=ask_value("negative_ramp_count", segment=("all_partners", ""), dimension=dimension),
            expected=negative,
        ),
    ]


def _first(partner: dict[str, object], dates: dict[str, list[date]]) -> date | None:
    """The first time, as far as it was before the partner left."""
    left = AS_OF if partner["vanishes"] else to_date(int(partner["left"])) if int(partner["left"]) <= TODAY else None  # type: ignore[call-overload]
    days = [day for day in dates.get(f"partnerstack:{partner['key']}", []) if left is None or day < left]
    return min((day for day in days if day <= AS_OF), default=None)


def _is_quick(partner: dict[str, object], dates: dict[str, list[date]]) -> bool | None:
    """Within ninety days; None where it was there before, or where ninety days are not over."""
    joined, first = to_date(int(partner["joined"])), _first(partner, dates)  # type: ignore[call-overload]
    if joined + timedelta(days=90) > AS_OF or (first is not None and first < joined):
        return None
    return first is not None and (first - joined).days <= 90
