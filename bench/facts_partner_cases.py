"""Facts about whose a planted deal is: roles before flags before ids, and every way to find a partner.

Written down from the stories in `planted_cases.yaml`, not looked up in what the generator made of them.
"""

from __future__ import annotations

from bench.facts_form import Fact, ask, ask_deal
from bench.workload_choice import find_account, find_partner
from bench.workload_world import World

PARTNERS = {
    "reseller_is_primary": ("strong:6", "the sourcing partner, though the reseller is marked primary"),
    "two_sources": ("early_key:0", "of two sourcing partners, neither primary, the lowest id"),
    "two_sources_one_primary": ("late_key:1", "of two sourcing partners the primary one, not the lowest id"),
    "registered_only": ("strong:8", "the partner of its approved registration, as no partner row names one"),
    "partner_named_late": ("strong:6", "the partner whose row came with the second delivery"),
    "through_duns": ("duns:0", "the partner whose account has nothing but the DUNS number in common"),
    "through_domain": ("domain:0", "the partner whose account has nothing but the web domain in common"),
    "through_name": ("name:0", "the partner whose account has only name and country, spelt otherwise"),
    "through_override": ("override:0", "the partner that only the override file names"),
    "through_twin_one": ("twin:0", "the first of two partners whose account ids differ in case alone"),
    "through_twin_two": ("twin:1", "the second of two partners whose account ids differ in case alone"),
}
NOBODY = {
    "influencer_only": ("direct", "an influencer is no partner of record"),
    "through_ambiguous": ("unmatched", "the account's domain belongs to two partners"),
    "through_forbidden": ("unmatched", "an override forbids the match by domain"),
    "through_freemail": ("unmatched", "free mail is nobody's domain"),
}


def list_partner_case_facts(world: World) -> list[Fact]:
    """Partner of record of each planted deal that shows how to find it."""
    ids = {label: f"salesforce:{world.deals['id'].iloc[number]}" for label, number in world.planted.items()}
    partners, rows = world.partners, world.accounts.rows
    expected = {
        label: (f"partnerstack:{partners['key'].iloc[find_partner(partners, world.accounts, who)]}", why)
        for label, (who, why) in PARTNERS.items()
    } | NOBODY
    for label, case, why in (
        ("through_merged_chain", "case:chain", "the partner of the account that survived two merges"),
        (
            "through_settled",
            "case:settled",
            "the one of two partners with that domain which the override names",
        ),
    ):
        owner = rows["partner"].iloc[find_account(partners, world.accounts, case)]
        expected[label] = (f"partnerstack:{partners['key'].iloc[owner]}", why)
    doubtful = f"salesforce:{rows['id'].iloc[find_account(partners, world.accounts, 'case:ambiguous')]}"
    return [
        Fact(
            id=f"partner_{label}",
            statement=f"Deal {ids[label]} belongs to {who}: {why}.",
            query=ask_deal("partner_id", ids[label]),
            expected=who,
        )
        for label, (who, why) in expected.items()
    ] + [
        Fact(
            id="account_in_review",
            statement=f"Account {doubtful} matches two partners equally well, so a person has to decide.",
            query=ask("count(*)", "match_review", f"record_id = '{doubtful}' and needs_review"),
            expected=1,
        )
    ]
