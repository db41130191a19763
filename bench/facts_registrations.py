"""Facts about deal registrations: how many, how they were decided and how long that took.

A resubmission continues its registration: one request, submitted when the first was, decided when the
last was. Tests are left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bench.facts_attribution import AS_OF, date_of, to_date
from bench.facts_clocks import Clock, incidence_by, incidence_median, plain_median
from bench.facts_form import COUNT, ROUGH_SHARE, SHARE, Fact, ask, ask_value
from bench.facts_money import Rates
from bench.facts_truth import Deal
from bench.workload_registrations import NO_DEAL
from bench.workload_world import World

DECISIONS = ("approved", "rejected")
ENDS = (*DECISIONS, "withdrawn", "expired")
TOUCHES = ("in_review", "info_requested")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A registration with all its resubmissions, as of AS_OF; `outcome` is empty while undecided."""

    submitted: date
    last_submitted: date
    outcome: str
    ended: date | None
    is_touched: bool
    is_conflict: bool
    is_lapsed: bool
    expires: date


def read_requests(world: World) -> list[Request]:
    """One per chain of resubmissions, tests left out."""
    events = defaultdict(list)
    for registration, at, status in world.events[["registration", "at", "status"]].itertuples(index=False):
        if date_of(at) <= AS_OF:
            events[registration].append((date_of(at), status))
    rows = world.registrations.to_dict("records")
    later = {int(row["resubmits"]): number for number, row in enumerate(rows) if row["resubmits"] != NO_DEAL}
    requests = []
    for number, row in enumerate(rows):
        if row["is_test"] or row["resubmits"] != NO_DEAL or not events[number]:
            continue
        chain = [number]
        while chain[-1] in later and events[later[chain[-1]]]:
            chain.append(later[chain[-1]])
        path = [event for link in chain for event in events[link]]
        end = next(((on, status) for on, status in events[chain[-1]] if status in ENDS), None)
        requests.append(
            Request(
                submitted=path[0][0],
                last_submitted=max(on for on, status in path if status in ("submitted", "resubmitted")),
                outcome=end[1] if end else "",
                ended=end[0] if end else None,
                is_touched=any(status in TOUCHES for _, status in path),
                is_conflict=any(rows[link]["conflict"] for link in chain),
                is_lapsed=path[-1][1] == "expired",
                expires=to_date(int(rows[chain[-1]]["expires"])),
            )
        )
    return requests


def list_registration_facts(world: World, deals: list[Deal]) -> list[Fact]:
    """Volume, decisions, clocks and what registered deals brought."""
    requests = read_requests(world)
    return [*_count(world, requests), *_rate(requests), *_time(requests), _share_of_bookings(deals)]


def _count(world: World, requests: list[Request]) -> list[Fact]:
    quarter = [r for r in requests if date(2026, 1, 1) <= r.submitted < date(2026, 4, 1)]
    tests = int(world.registrations["is_test"].sum())
    return [
        Fact(
            id="registrations",
            statement="Registrations by first submission; resubmissions under a new key do not count again.",
            query=ask_value("registration_count"),
            expected=len(requests),
        ),
        Fact(
            id="registrations_2026_q1",
            statement="Registrations first submitted from January to March 2026.",
            query=ask_value("registration_count", period=("quarter", "2026-01-01")),
            expected=len(quarter),
        ),
        Fact(
            id="registrations_of_tests",
            statement="Registrations left out because they are tests.",
            query=ask("count(*)", "fct_deal_registrations", "excluded_reason = 'test_record'"),
            expected=tests,
        ),
    ]


def _rate(requests: list[Request]) -> list[Fact]:
    decided = [request for request in requests if request.outcome in DECISIONS]
    facts = []
    for year, quarter in ((2025, 1), (2025, 4), (2026, 1), (2026, 2)):
        start = date(year, 3 * quarter - 2, 1)
        end = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
        then = [request for request in decided if request.ended and start <= request.ended < end]
        facts.append(
            Fact(
                id=f"approval_rate_{year}_q{quarter}",
                statement=f"Approved over decided registrations, decided from {start} to before {end}.",
                query=ask_value("registration_approval_rate", SHARE, period=("quarter", str(start))),
                expected=round(sum(r.outcome == "approved" for r in then) / len(then), 6),
            )
        )
    due = [request for request in decided if request.outcome == "approved" and request.expires <= AS_OF]
    shares = [
        ("approval_rate", "registration_approval_rate", decided, lambda r: r.outcome == "approved"),
        ("touchless_rate", "touchless_rate", decided, lambda r: not r.is_touched),
        ("conflict_rate", "registration_conflict_rate", requests, lambda r: r.is_conflict),
        ("expiry_rate", "registration_expiry_rate", due, lambda r: r.is_lapsed),
    ]
    texts = {
        "approval_rate": "Approved over approved and rejected registrations of all time.",
        "touchless_rate": "Share of decided registrations without an event in review or info requested.",
        "conflict_rate": "Share of all registrations that conflicted.",
        "expiry_rate": "Of the approved registrations whose expiry date has come, the share that expired.",
    }
    return facts + [
        Fact(
            id=name,
            statement=texts[name],
            query=ask_value(code, SHARE),
            expected=round(sum(map(holds, among)) / len(among), 6),
        )
        for name, code, among, holds in shares
    ]


def _time(requests: list[Request]) -> list[Fact]:
    first: list[Clock] = [(((r.ended or AS_OF) - r.submitted).days, r.outcome) for r in requests]
    last: list[Clock] = [(((r.ended or AS_OF) - r.last_submitted).days, r.outcome) for r in requests]
    code = "registration_decision_time"
    facts = [
        Fact(
            id="decision_time",
            statement="Day by which half of all registrations were decided, withdrawal and expiry competing.",
            query=ask_value(code, COUNT, statistic="p50"),
            expected=incidence_median(first, DECISIONS),
        ),
        Fact(
            id="decision_time_5d",
            statement="Share of registrations decided within 5 days of their first submission.",
            query=ask_value(code, SHARE, statistic="incidence_5d"),
            expected=round(incidence_by(first, DECISIONS, 5), 6),
        ),
        Fact(
            id="decision_time_naive",
            statement="Median days from first submission to decision of the decided ones alone.",
            query=ask_value(code, COUNT, statistic="naive_p50"),
            expected=plain_median([days for days, end in first if end in DECISIONS]),
        ),
        Fact(
            id="decision_time_last_submission_5d",
            statement="Share of registrations decided within 5 days of their last submission.",
            query=ask_value(f"{code}_last_submission", SHARE, statistic="incidence_5d"),
            expected=round(incidence_by(last, DECISIONS, 5), 6),
        ),
    ]
    return [fact for fact in facts if fact.expected is not None]


def _share_of_bookings(deals: list[Deal]) -> Fact:
    rates = Rates()
    won = [deal for deal in deals if deal.counts and deal.outcome == "won"]
    values = {deal.id: rates.in_dollars(deal.amount, deal.currency, deal.closed or AS_OF) or Decimal(0) for deal in won}
    registered = sum((values[deal.id] for deal in won if deal.approved), Decimal(0))
    return Fact(
        id="registered_share_of_bookings",
        statement="Won amount of deals with an approved registration over all won amount.",
        query=ask_value("registered_share_of_bookings", ROUGH_SHARE),
        expected=round(float(registered / sum(values.values(), Decimal(0))), 4),
    )
