"""Facts about what partners must hold and who holds it, on AS_OF and in the days to come.

Hand-made partners by their story in `planted_learning.yaml`; totals by a loop over requirements, partners and people.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bench import workload_names as names
from bench.facts_attribution import AS_OF
from bench.facts_calendar import REFERENCE
from bench.facts_form import SHARE, Fact, ask, ask_value
from bench.facts_learning_truth import TODAY, partner_on, read_certificates, read_partners_of_people
from bench.workload_cast import find_cast
from bench.workload_learners import NOBODY
from bench.workload_partners import NEVER, PROGRAMME
from bench.workload_portal import CREDENTIALS
from bench.workload_world import World


@dataclass(frozen=True, kw_only=True)
class Held:
    """A requirement of a partner by hand; dates as texts, empty for none."""

    partner: str
    requirement: str
    held: int
    why: str
    next_expiry: str = ""
    falls_below: str = ""


HELD = (
    Held(partner="gold:0", requirement="CR1", held=2, next_expiry="2026-09-15", falls_below="2026-09-16",
         why="has its two sellers until one's certificate runs out in September"),
    Held(partner="gold:0", requirement="CR3", held=1, next_expiry="2027-03-02", falls_below="2027-03-03",
         why="has its one engineer"),
    Held(partner="gold:1", requirement="CR1", held=1, next_expiry="2028-02-16",
         why="has one seller with two certificates, who outlasts the first of them, and one who was switched off"),
    Held(partner="gold:1", requirement="CR3", held=0, why="has an engineer whose certificate ran out"),
    Held(partner="gold:2", requirement="CR1", held=2, next_expiry="2027-02-02", falls_below="2027-02-03",
         why="got both its sellers, and their certificates, from other partners"),
    Held(partner="gold:3", requirement="CR1", held=1, next_expiry="2028-03-15",
         why="lost one of its two sellers to another partner in August"),
    Held(partner="gold:3", requirement="CR3", held=0, why="has an engineer whom the second delivery no longer has"),
    Held(partner="platinum_services:0", requirement="CR2", held=3, next_expiry="2027-03-10", falls_below="2027-03-11",
         why="has three sellers, one by a renewal without a gap"),
    Held(partner="platinum_services:0", requirement="CR5", held=2, next_expiry="2026-08-31", falls_below="2026-09-01",
         why="has two consultants, one of them for the last day, the other for good"),
    Held(partner="platinum_services:0", requirement="CR6", held=1, next_expiry="2027-02-16", falls_below="2027-02-17",
         why="holds the credential itself"),
    Held(partner="platinum_services:1", requirement="CR2", held=0, why="has a seller whose certificate was revoked"),
    Held(partner="platinum_services:1", requirement="CR6", held=0, why="held a credential that ran out in June"),
)  # fmt: skip


def list_coverage_facts(world: World) -> list[Fact]:
    """All facts about coverage."""
    facts = []
    for story in HELD:
        key = world.partners["key"].iloc[find_cast(world.partners, story.partner)]
        where = f"partner_id = 'partnerstack:{key}' and requirement_id = '{story.requirement}' and is_current"
        label = f"{story.partner.replace(':', '_')}_{story.requirement.lower()}"
        dates = (
            "coalesce(cast(next_expiry_date as varchar), '') || ' ' || coalesce(cast(falls_below_date as varchar), '')"
        )
        facts += [
            Fact(
                id=f"coverage_held_{label}",
                statement=f"Partner {key} {story.why}: so many count for {story.requirement} on {AS_OF}.",
                query=ask("held_count", "fct_coverage", where),
                expected=story.held,
            ),
            Fact(
                id=f"coverage_dates_{label}",
                statement=f"Partner {key} {story.why}: the next expiry, and the day on which too few are left.",
                query=ask(dates, "fct_coverage", where),
                expected=f"{story.next_expiry} {story.falls_below}",
            ),
        ]
    return [*facts, *_list_people(world), *_list_totals(world)]


def _list_people(world: World) -> list[Fact]:
    """How many people of a partner hold any certificate, in whichever learning system."""
    belongs = read_partners_of_people(world)
    holders = defaultdict(set)
    for certificate in read_certificates(world):
        if certificate.holds_on(AS_OF):
            holders[partner_on(belongs.get(certificate.learner, []), AS_OF)].add(certificate.learner)
    texts = {
        "gold:0": "has so many certified people, whatever the track",
        "silver:2": "has one certified person, found by mail; free mail, strangers and tests are not its own",
        "silver:3": "has people in both learning systems: all that are certified and active count",
    }
    facts = []
    for who, text in texts.items():
        number = find_cast(world.partners, who)
        key = f"partnerstack:{world.partners['key'].iloc[number]}"
        query = ask_value("certified_people", segment=("partner", key))
        facts.append(
            Fact(
                id=f"certified_people_{who.replace(':', '_')}",
                statement=f"Partner {key} {text}.",
                query=query,
                expected=len(holders[number]),
            )
        )
    return facts


def _list_totals(world: World) -> list[Fact]:
    required = _read_required(world)
    held = _read_held(world)
    counted = sum(min(held[partner, row["required_name"]], int(row["required_count"])) for partner, row in required)
    wanted = sum(int(row["required_count"]) for _, row in required)
    met = defaultdict(list)
    for partner, row in required:
        met[partner].append(held[partner, row["required_name"]] >= int(row["required_count"]))
    month = ("month", "2026-08-01")
    return [
        Fact(
            id="coverage_rate",
            statement=f"Of what all partners must hold on {AS_OF}, the share held, none counting more than asked for.",
            query=ask_value("coverage_rate", SHARE, period=month, segment=("all_partners", "")),
            expected=round(counted / wanted, 6),
        ),
        Fact(
            id="compliant_partner_share",
            statement=f"Of the partners that must hold anything on {AS_OF}, the share that holds all of it.",
            query=ask_value("compliant_partner_share", SHARE, period=month, segment=("all_partners", "")),
            expected=round(sum(all(each) for each in met.values()) / len(met), 6),
        ),
    ]


def _read_required(world: World) -> list[tuple[int, dict[str, Any]]]:
    """Partner and requirement wherever the partner is a member of the tier and motion named."""
    rows = world.memberships
    levels = rows[(rows["program"] == PROGRAMME) & (rows["from"] <= TODAY) & (rows["to"] > TODAY)]
    tiers = dict(zip(levels["partner"], levels["level"], strict=True))
    policies = list(csv.DictReader((REFERENCE / "certification_requirements.csv").open(encoding="utf-8")))
    required = []
    for number, partner in enumerate(world.partners.to_dict("records")):
        member = partner["joined"] <= TODAY < partner["left"] and not partner["vanishes"] and not partner["is_test"]
        if member and number in tiers:
            tier = names.TIERS[tiers[number]]
            required += [
                (number, row)
                for row in policies
                if row["tier"] in ("", tier) and row["motion"] in ("", partner["motion"])
            ]
    return required


def _read_held(world: World) -> dict[tuple[int, str], int]:
    """How many people, or credentials, a partner has by track and credential."""
    belongs, holders = read_partners_of_people(world), defaultdict(set)
    for certificate in read_certificates(world):
        partner = partner_on(belongs.get(certificate.learner, []), AS_OF)
        if partner != NOBODY and certificate.holds_on(AS_OF):
            holders[partner, certificate.track].add(certificate.learner)
    for row in world.portal.credentials.to_dict("records"):
        over = row["expires"] < TODAY or row["revoked"] <= TODAY
        if row["approved"] < NEVER and row["approved"] <= TODAY and not over:
            holders[row["partner"], CREDENTIALS[row["kind"]][1]].add("credential")
    return defaultdict(int, {key: len(people) for key, people in holders.items()})
