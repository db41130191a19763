"""Facts about how long deals take, how they move through their stages and how their close dates slip.

Clocks include the deals that are still open; the naive medians stand beside.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

from bench.facts_attribution import AS_OF
from bench.facts_clocks import Clock, incidence_by, plain_median, survival_quantile
from bench.facts_form import COUNT, SHARE, Fact, ask_value
from bench.facts_truth import STAGE_NAMES, Deal, Visit
from bench.workload_saves import LOST, WON

QUARTILES = {"p25": Fraction(1, 4), "p50": Fraction(1, 2), "p75": Fraction(3, 4)}


def list_velocity_facts(deals: list[Deal]) -> list[Fact]:
    """Waiting times, stages and slips over all time."""
    counted = [deal for deal in deals if deal.counts]
    timed = [deal for deal in counted if deal.closed is None or deal.closed >= deal.created]
    return [*_time_closing(timed), *_time_winning(timed), *_count_stages(counted), *_count_slips(counted)]


def _clocks(deals: list[Deal]) -> list[Clock]:
    return [(deal.days, "" if deal.outcome == "open" else deal.outcome) for deal in deals]


def _time_closing(timed: list[Deal]) -> list[Fact]:
    facts = [
        Fact(
            id=f"time_to_close_{name}",
            statement=f"Kaplan-Meier {name} of the days from creation to any close, open deals included.",
            query=ask_value("time_to_close", COUNT, statistic=name, dimension="created"),
            expected=survival_quantile(_clocks(timed), share),
        )
        for name, share in QUARTILES.items()
    ]
    facts += [
        Fact(
            id=f"time_to_close_{motion}",
            statement=f"Kaplan-Meier median of the days to close for partners of motion {motion}.",
            query=ask_value("time_to_close", COUNT, statistic="p50", dimension="created", segment=("motion", motion)),
            expected=survival_quantile(_clocks([deal for deal in timed if deal.motion == motion]), Fraction(1, 2)),
        )
        for motion in ("resell", "alliance")
    ]
    approved = [
        (((deal.closed or AS_OF) - deal.approved).days, "" if deal.outcome == "open" else deal.outcome)
        for deal in timed
        if deal.approved
    ]
    facts.append(
        Fact(
            id="time_to_close_from_approval",
            statement="Kaplan-Meier median of the days from the approval of the registration to any close.",
            query=ask_value("time_to_close", COUNT, statistic="p50", dimension="registration_approved"),
            expected=survival_quantile(approved, Fraction(1, 2)),
        )
    )
    finished = plain_median([deal.days for deal in timed if deal.outcome != "open"])
    facts.append(
        Fact(
            id="time_to_close_naive",
            statement="Median days of the closed deals alone: shorter, because open ones are left out.",
            query=ask_value("time_to_close", COUNT, statistic="naive_p50", dimension="created"),
            expected=finished,
        )
    )
    return [fact for fact in facts if fact.expected is not None]


def _time_winning(timed: list[Deal]) -> list[Fact]:
    facts = [
        Fact(
            id=f"time_to_win_{horizon}d",
            statement=f"Share won within {horizon} days of creation, losing competes, open deals included.",
            query=ask_value("time_to_win", SHARE, statistic=f"incidence_{horizon}d", dimension="created"),
            expected=round(incidence_by(_clocks(timed), ("won",), horizon), 6),
        )
        for horizon in (60, 90, 180)
    ]
    cohort = [deal for deal in timed if (deal.created.year, (deal.created.month + 2) // 3) == (2025, 1)]
    early = sum(deal.outcome == "won" and deal.days <= 180 for deal in cohort)
    won = [deal.days for deal in timed if deal.outcome == "won"]
    facts += [
        Fact(
            id="win_incidence_2025_q1",
            statement="Of the deals created from January to March 2025, the share won within 180 days.",
            query=ask_value("win_incidence", SHARE, statistic="incidence_180d", period=("quarter", "2025-01-01")),
            expected=round(early / len(cohort), 6),
        ),
        Fact(
            id="sales_cycle_naive",
            statement="Median days from creation to winning of the won deals alone.",
            query=ask_value("sales_cycle_won_naive", COUNT, statistic="p50"),
            expected=plain_median(won),
        ),
        Fact(
            id="mean_won_cycle",
            statement="Mean days from creation to winning.",
            query=ask_value("mean_won_cycle_days", SHARE),
            expected=round(sum(won) / len(won), 6),
        ),
    ]
    return [fact for fact in facts if fact.expected is not None]


def _count_stages(counted: list[Deal]) -> list[Fact]:
    standing = Counter(deal.visits[-1].stage for deal in counted if deal.visits and deal.outcome == "open")
    facts = [
        Fact(
            id=f"standing_in_{STAGE_NAMES[stage].lower().replace(' ', '_')}",
            statement=f"Deals standing in {STAGE_NAMES[stage]} on {AS_OF}.",
            query=ask_value("open_stage_count", period=("month", "2026-08-01"), dimension=STAGE_NAMES[stage]),
            expected=standing[stage],
        )
        for stage in range(WON)
    ]
    steps = [step for deal in counted for step in pairwise(deal.visits)]
    for stage in (1, 3, 4):
        after = [now.stage for before, now in steps if before.stage == stage]
        onward = sum(stage < then <= WON for then in after)
        facts.append(
            Fact(
                id=f"conversion_of_{STAGE_NAMES[stage].lower()}",
                statement=f"Of the visits to {STAGE_NAMES[stage]} that ended, the share that went on.",
                query=ask_value("stage_conversion", SHARE, dimension=STAGE_NAMES[stage]),
                expected=round(onward / len(after), 6),
            )
        )
    back = sum(_is_step_back(before, now) for before, now in steps)
    waits = [
        (((visit.left or AS_OF) - visit.entered).days, "left" if visit.left else "")
        for deal in counted
        for visit in deal.visits
        if visit.stage == STAGE_NAMES.index("Negotiation")
    ]
    return [
        *facts,
        Fact(
            id="steps_back",
            statement="Times that a deal went back to an earlier stage or was reopened.",
            query=ask_value("stage_regression_count"),
            expected=back,
        ),
        Fact(
            id="days_in_negotiation",
            statement="Kaplan-Meier median of the days of a visit to Negotiation, left in any way.",
            query=ask_value("stage_duration", COUNT, statistic="p50", dimension="Negotiation"),
            expected=survival_quantile(waits, Fraction(1, 2)),
        ),
    ]


def _is_step_back(before: Visit, now: Visit) -> bool:
    return now.stage < WON and (now.stage < before.stage or before.stage in (WON, LOST))


def _count_slips(counted: list[Deal]) -> list[Fact]:
    slips = [slip for deal in counted for slip in deal.slips]
    summer = [on for on, _ in slips if f"{on:%Y-%m}" == "2026-06"]
    return [
        Fact(
            id="close_date_slips",
            statement="Times that a save moved a close date later.",
            query=ask_value("close_date_slip_count"),
            expected=len(slips),
        ),
        Fact(
            id="close_date_slips_2026_06",
            statement="Times that a save of June 2026 moved a close date later.",
            query=ask_value("close_date_slip_count", period=("month", "2026-06-01")),
            expected=len(summer),
        ),
        Fact(
            id="slipped_days",
            statement="Days by which close dates were moved later, in all.",
            query=ask_value("slipped_days"),
            expected=sum(days for _, days in slips),
        ),
    ]
