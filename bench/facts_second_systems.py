"""Facts about the systems of the acquired business beside the vendor's own: the same numbers, other things."""

from __future__ import annotations

from bench.facts_calendar import count_open_seconds
from bench.facts_form import Fact, ask, ask_deal
from bench.facts_truth import Deal
from bench.workload_cast import find_cast
from bench.workload_world import World


def list_second_system_facts(world: World, deals: list[Deal]) -> list[Fact]:
    """Deals, people, courses and incidents of a second instance."""
    return [*_list_deals(world, deals), *_list_learning(), *_list_incidents(world)]


def _list_deals(world: World, deals: list[Deal]) -> list[Fact]:
    acquired, partners = world.acquired_deals, world.partners
    ids = {label: str(acquired.deals["id"].iloc[number]) for label, number in acquired.labels.items()}
    keys = {who: f"partnerstack:{partners['key'].iloc[find_cast(partners, who)]}" for who in ("amer:2", "newcomer:1")}
    both = sorted({deal.id.split(":")[0] for deal in deals if deal.partner == keys["amer:2"]})
    stories = [
        ("same_id_second", "outcome", f"hubspot:{ids['same_id']}", "open", "is open, though its twin is won"),
        ("same_id_first", "outcome", f"salesforce:{ids['same_id']}", "won", "is won, though its twin is open"),
        ("same_id_date", "closed_date", f"salesforce:{ids['same_id']}", "2026-08-12", "closed when its own CRM says"),
        ("other_crm_partner", "partner_id", f"hubspot:{ids['in_both_systems']}", keys["amer:2"],
         "was sourced by a partner that has another account in the first CRM"),
        ("other_crm_newcomer", "partner_id", f"hubspot:{ids['before_joining']}", keys["newcomer:1"],
         "was sourced by a company that became a partner later"),
        ("other_crm_unknown", "partner_id", f"hubspot:{ids['of_unknown_partner']}", "unmatched",
         "was sold by somebody whom the partner system does not know"),
        ("other_crm_direct", "partner_id", f"hubspot:{ids['bought_directly']}", "direct",
         "has only its customer beside it, which HubSpot calls Primary"),
        ("other_crm_lost", "closed_date", f"hubspot:{ids['lost_in_august']}", "2026-08-11",
         "entered its lost stage on that day"),
    ]  # fmt: skip
    facts = [
        Fact(id=f"deal_{name}", statement=f"Deal {deal} {why}.", query=ask_deal(column, deal), expected=expected)
        for name, column, deal, expected, why in stories
    ]
    return [
        *facts,
        Fact(
            id="deals_of_second_crm",
            statement="Deals that the second CRM showed, tests and deleted ones included.",
            query=ask("count(*)", "fct_deals", "deal_id like 'hubspot:%'"),
            expected=sum(deal.id.startswith("hubspot:") for deal in deals),
        ),
        Fact(
            id="partner_with_deals_in_both",
            statement=f"Partner {keys['amer:2']} has deals in so many CRMs.",
            query=ask("count(distinct split_part(deal_id, ':', 1))", "fct_deals", f"partner_id = '{keys['amer:2']}'"),
            expected=len(both),
        ),
    ]


def _list_learning() -> list[Fact]:
    attempt = "learner_id = 'skilljar:{}' and course_id = 'skilljar:{}'"
    return [
        Fact(
            id="same_number_of_certificates",
            statement="Number 700001 is a certificate of each learning system, of two different people.",
            query=ask("count(distinct learner_id)", "fct_certifications", "certificate_id like '%:700001'"),
            expected=2,
        ),
        Fact(
            id="verdict_before_score",
            statement="The second system says PASSED at 42 of 100: its verdict counts, no score is asked for.",
            query=ask("is_passed", "fct_certification_attempts", attempt.format("10001", "102")),
            expected=True,
        ),
        Fact(
            id="verdict_failed",
            statement="The second system says FAILED at 95 of 100.",
            query=ask("outcome", "fct_certification_attempts", attempt.format("10002", "102")),
            expected="failed",
        ),
        Fact(
            id="course_is_its_certification",
            statement="A course of the second system is its own certification, and this one is valid for good.",
            query=ask(
                "certification_id || ' ' || coalesce(cast(expires_date as varchar), 'for good')",
                "fct_certifications",
                "learner_id = 'skilljar:10003' and issued_date = date '2026-04-13'",
            ),
            expected="skilljar:103 for good",
        ),
    ]


def _list_incidents(world: World) -> list[Fact]:
    desk = world.acquired_desk
    stretches = {
        "answer_by_duration": ("2026-07-14 08:00", "2026-07-14 09:30", "met"),
        "answer_over_a_night": ("2026-07-15 14:00", "2026-07-16 08:00", "met"),
        "answer_awaited": ("2026-08-31 08:00", "2026-09-01 00:00", "running"),
    }
    facts = []
    for label, (start, stop, state) in stretches.items():
        incident = f"servicenow:{desk.incidents['id'].iloc[desk.labels[label]]}"
        facts.append(
            Fact(
                id=f"incident_{label}",
                statement=f"Incident {incident} was answered when its clock says: start and duration.",
                query=ask(
                    "state || ' ' || elapsed_seconds",
                    "fct_sla_clocks",
                    f"entity_id = '{incident}' and metric = 'first_response'",
                ),
                expected=f"{state} {count_open_seconds(start, stop, 'default')}",
            )
        )
    return facts
