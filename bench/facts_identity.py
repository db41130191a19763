"""Facts about who is who: branches, groups, organizations and mail domains, and whose people and tickets they bring."""

from __future__ import annotations

from bench.facts_certification import name_certificate
from bench.facts_form import SHARE, Fact, ask, ask_value
from bench.facts_sla import name_ticket
from bench.workload_cast import find_cast
from bench.workload_learners import NOBODY
from bench.workload_support_cases import read_ticket_cases
from bench.workload_world import World


def list_identity_facts(world: World) -> list[Fact]:
    """Match rates of each export, and single records."""
    partners = world.partners
    branches = world.learning.branches[~world.learning.branches["is_test"]]["partner"]
    rates = {
        "lms.companies": [*branches, *world.acquired_learning.groups["partner"]],
        "support.organizations": [*world.support.organizations["partner"], *world.acquired_desk.companies["partner"]],
    }
    facts = [
        Fact(
            id=f"match_rate_{export.replace('.', '_')}",
            statement=f"Records of {export} that are one partner for certain, over all that need a match.",
            query=ask_value("match_rate", SHARE, dimension=export),
            expected=round(sum(partner != NOBODY for partner in truth) / len(truth), 6),
        )
        for export, truth in rates.items()
    ]
    facts.append(_rate_mail_domains(world))
    by_mail = find_cast(partners, "silver:2")
    unseen = find_cast(partners, next(case["mail_of"] for case in read_ticket_cases() if "mail_of" in case))
    stranger = f"docebo:{world.learning.branches['id'].iloc[len(world.learning.branches) - 5]}"
    for name, query, expected, text in (
        ("certificate_found_by_mail",
         ask("partner_id", "fct_certifications", f"certificate_id = '{name_certificate(world, 'found_by_mail')}'"),
         f"partnerstack:{partners['key'].iloc[by_mail]}",
         "Somebody without a branch belongs to the partner whose domain the mail address has."),
        ("certificate_earned_elsewhere",
         ask("partner_id", "fct_certifications", f"certificate_id = '{name_certificate(world, 'earned_elsewhere')}'"),
         "unmatched",
         "Somebody earned a certificate before belonging to the only partner that the system names: nobody's then."),
        ("certificate_moves_in_august",
         ask("partner_id || ' ' || holder_partner_id", "fct_certifications",
             f"certificate_id = '{name_certificate(world, 'moves_in_august')}'"),
         " ".join(f"partnerstack:{partners['key'].iloc[find_cast(partners, who)]}" for who in ("gold:3", "gold:2")),
         "Somebody earned a certificate at one partner and took it to another in August."),
        ("ticket_found_by_mail",
         ask("partner_id", "fct_sla_clocks",
             f"entity_id = '{name_ticket(world, 'found_by_mail')}' and metric = 'first_response'"),
         f"partnerstack:{partners['key'].iloc[unseen]}",
         "A ticket without organization belongs to the partner whose domain the requester's address has."),
        ("branch_in_review",
         ask("match_status", "match_review", f"source_export = 'lms.companies' and record_id = '{stranger}'"),
         "no_candidate",
         "A branch that is no partner's waits for a person to decide."),
        ("organization_with_unknown_key",
         ask("match_status", "match_review",
             "source_export = 'support.organizations' and record_name = 'Delmar Clinics'"),
         "no_candidate",
         "An organization names a partner that the partner system does not have."),
        ("organization_with_free_mail",
         ask("match_status", "match_review",
             "source_export = 'support.organizations' and record_name = 'Stadtwerke Ostheim'"),
         "no_candidate",
         "An organization whose only domain is free mail is nobody's."),
    ):  # fmt: skip
        facts.append(Fact(id=name, statement=text, query=query, expected=expected))
    return facts


def _rate_mail_domains(world: World) -> Fact:
    """Domains of people without a branch: free mail has none, and a domain counts once."""
    rows = world.learning.learners
    lone = rows[(rows["branch"] == NOBODY) & ~rows["is_test"].astype(bool) & (rows["created"] < NEVER_SEEN)]
    domains = {mail.split("@")[1] for mail in lone["email"]} - FREE
    known = set(world.partners.loc[world.partners["link"] != "", "domain"])
    return Fact(
        id="match_rate_lms_learners",
        statement="Mail domains of people without a branch that are one partner's, over all of them.",
        query=ask_value("match_rate", SHARE, dimension="lms.learners"),
        expected=round(len(domains & known) / len(domains), 6),
    )


FREE = {"gmail.com", "outlook.com", "yahoo.com", "gmx.de"}
NEVER_SEEN = 730
