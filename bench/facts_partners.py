"""Facts about partners: how many, who came and went, who is matched, what changed between the deliveries.

Partners that are tests are nobody's partners; one that the second delivery no longer holds left on its date.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from bench import workload_names as names
from bench.facts_attribution import AS_OF
from bench.facts_form import SHARE, Fact, ask, ask_partner, ask_value
from bench.workload_partners import NEVER
from bench.workload_size import day_of
from bench.workload_world import World

EVERY = ("all_partners", "")
MILESTONES = ("applied", "approved", "signed", "onboarded")


def list_partner_facts(world: World) -> list[Fact]:
    """Stocks, comings and goings, matches and changes."""
    partners = world.partners[~world.partners["is_test"]].copy()
    vanished = partners["vanishes"]
    partners.loc[vanished, "left"] = partners.loc[vanished, "left"].clip(upper=day_of(str(AS_OF)))
    return [*_count(partners), *_come_and_go(partners), _rate_matches(world), *_change(world)]


def _standing(partners: pd.DataFrame, on: date) -> int:
    day = day_of(str(on))
    return int(((partners["joined"] <= day) & (partners["left"] > day)).sum())


def _within(days: pd.Series, start: date, end: date) -> int:
    return int(days.between(day_of(str(start)), day_of(str(end))).sum())


def _count(partners: pd.DataFrame) -> list[Fact]:
    facts = [
        Fact(
            id=f"partner_count_{end:%Y_%m}",
            statement=f"Partners that had joined and not left on {end}.",
            query=ask_value("partner_count", period=("month", f"{end:%Y-%m}-01"), segment=EVERY),
            expected=_standing(partners, end),
        )
        for end in (date(2024, 12, 31), date(2025, 10, 31), date(2026, 7, 31), AS_OF)
    ]
    return facts + [
        Fact(
            id=f"partner_count_{motion}",
            statement=f"Partners of motion {motion} on {AS_OF}.",
            query=ask_value("partner_count", period=("month", "2026-08-01"), segment=("motion", motion)),
            expected=_standing(partners[partners["motion"] == motion], AS_OF),
        )
        for motion in ("services", "marketplace")
    ]


def _come_and_go(partners: pd.DataFrame) -> list[Fact]:
    start, end = date(2026, 4, 1), date(2026, 6, 30)
    quarter = ("quarter", str(start))
    left = _within(partners["left"], start, end)
    opening, closing = _standing(partners, start - timedelta(days=1)), _standing(partners, end)
    facts = [
        Fact(
            id="partners_recruited_2026_q2",
            statement="Partners that joined from April to June 2026.",
            query=ask_value("partners_recruited", period=quarter, segment=EVERY),
            expected=_within(partners["joined"], start, end),
        ),
        Fact(
            id="partners_left_2026_q2",
            statement="Partners that left from April to June 2026.",
            query=ask_value("partners_left", period=quarter, segment=EVERY),
            expected=left,
        ),
        Fact(
            id="partners_left_2026_08",
            statement="Partners that left in August 2026, one that vanished among them.",
            query=ask_value("partners_left", period=("month", "2026-08-01"), segment=EVERY),
            expected=_within(partners["left"], date(2026, 8, 1), AS_OF),
        ),
        Fact(
            id="churn_2026_q2",
            statement="Partners that left from April to June 2026 over the mean stock.",
            query=ask_value("partner_churn_rate", SHARE, period=quarter, segment=EVERY),
            expected=round(left / ((opening + closing) / 2), 6),
        ),
    ]
    return facts + [
        Fact(
            id=f"recruitment_{milestone}_2025",
            statement=f"Partners {milestone} from July to September 2025, by that date of their own.",
            query=ask_value("recruitment_count", period=("quarter", "2025-07-01"), segment=EVERY, dimension=milestone),
            expected=_within(partners[milestone], date(2025, 7, 1), date(2025, 9, 30)),
        )
        for milestone in MILESTONES
    ]


def _rate_matches(world: World) -> Fact:
    rows = world.accounts.rows
    alive = rows[(rows["type"] == "Partner") & ~rows["is_deleted"].astype(bool) & (rows["case"] != "forbidden")]
    others = world.acquired_deals.companies
    truth = [*alive["partner"], *others.loc[others["type"] == "PARTNER", "partner"]]
    return Fact(
        id="match_rate",
        statement="Partner accounts of both CRMs that are one partner for certain, over those that need a match: "
        "deleted, merged and forbidden ones do not.",
        query=ask_value("match_rate", SHARE, dimension="crm.accounts"),
        expected=round(sum(partner >= 0 for partner in truth) / len(truth), 6),
    )


def _change(world: World) -> list[Fact]:
    partners = world.partners
    moved = partners[partners["later_country"] != partners["country"]].iloc[0]
    handed = partners[partners["later_manager"] != partners["manager"]].iloc[0]
    raised = partners[(partners["later_tier"] != partners["tier"]) & (partners["left"] >= NEVER)].iloc[0]
    vanished = partners[partners["vanishes"]].iloc[0]
    return [
        Fact(
            id="partner_moved",
            statement=f"Partner {moved['key']} is described with its new country since the second delivery.",
            query=ask_partner("country", moved["key"]),
            expected=str(names.CODES[moved["later_country"]]),
        ),
        Fact(
            id="partner_moved_history",
            statement=f"The history of {moved['key']} keeps both countries.",
            query=ask(
                "count(distinct country)",
                "dim_partner_history",
                f"partner_id = 'partnerstack:{moved['key']}'",
            ),
            expected=2,
        ),
        Fact(
            id="partner_handed_over",
            statement=f"Partner {handed['key']} has another manager since the second delivery.",
            query=ask_partner("manager", handed["key"]),
            expected=str(handed["later_manager"]),
        ),
        Fact(
            id="partner_raised",
            statement=f"Partner {raised['key']} changed its level on 2026-08-15.",
            query=ask_partner("tier", raised["key"]),
            expected=names.TIERS[raised["later_tier"]],
        ),
        Fact(
            id="partner_vanished",
            statement=f"Partner {vanished['key']} is missing from the second delivery: it left on that date.",
            query=ask_partner("left_date", vanished["key"]),
            expected=str(AS_OF),
        ),
    ]
