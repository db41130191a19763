"""What is known of the sample before any warehouse has seen it: `tests/end_to_end/planted_facts.json`.

Facts come from the generator's own tables by plain loops over the written definitions (`facts_*`), never from
the answer of a pipeline.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from bench.facts_cases import list_case_facts
from bench.facts_deals import list_deal_facts
from bench.facts_form import Fact
from bench.facts_partner_cases import list_partner_case_facts
from bench.facts_partners import list_partner_facts
from bench.facts_registration_cases import list_registration_case_facts
from bench.facts_registrations import list_registration_facts
from bench.facts_truth import read_deals
from bench.facts_velocity import list_velocity_facts
from bench.workload_world import World


def list_facts(world: World) -> list[Fact]:
    """All facts of a world."""
    deals = read_deals(world)
    return [
        *list_deal_facts(deals),
        *list_velocity_facts(deals),
        *list_registration_facts(world, deals),
        *list_partner_facts(world),
        *list_partner_case_facts(world),
        *list_case_facts(world, deals),
        *list_registration_case_facts(world),
    ]


def write_facts(world: World, target: Path) -> None:
    """Writes them as JSON, one object a fact."""
    facts = [asdict(fact) for fact in list_facts(world)]
    target.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
