"""What is known of the sample before any warehouse has seen it: `tests/end_to_end/planted_facts.json`.

Facts come from the generator's own tables by plain loops over the written definitions (`facts_*`), never from
the answer of a pipeline.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from bench.facts_acquired_deals import read_acquired_deals
from bench.facts_cases import list_case_facts
from bench.facts_certification import list_certification_facts
from bench.facts_coverage import list_coverage_facts
from bench.facts_deals import list_deal_facts
from bench.facts_form import Fact
from bench.facts_identity import list_identity_facts
from bench.facts_partner_cases import list_partner_case_facts
from bench.facts_partners import list_partner_facts
from bench.facts_ramp import list_ramp_facts
from bench.facts_registration_cases import list_registration_case_facts
from bench.facts_registrations import list_registration_facts
from bench.facts_second_systems import list_second_system_facts
from bench.facts_sla import list_sla_case_facts
from bench.facts_sla_totals import list_sla_total_facts
from bench.facts_truth import read_deals
from bench.facts_velocity import list_velocity_facts
from bench.workload_world import World


def list_facts(world: World) -> list[Fact]:
    """All facts of a world."""
    deals = [*read_deals(world), *read_acquired_deals(world)]
    return [
        *list_deal_facts(deals),
        *list_velocity_facts(deals),
        *list_registration_facts(world, deals),
        *list_partner_facts(world),
        *list_partner_case_facts(world),
        *list_case_facts(world, deals),
        *list_registration_case_facts(world),
        *list_identity_facts(world),
        *list_ramp_facts(world, deals),
        *list_certification_facts(world),
        *list_coverage_facts(world),
        *list_sla_case_facts(world),
        *list_sla_total_facts(world),
        *list_second_system_facts(world, deals),
    ]


def write_facts(world: World, target: Path) -> None:
    """Writes them as JSON, one object a fact."""
    facts = [asdict(fact) for fact in list_facts(world)]
    target.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
