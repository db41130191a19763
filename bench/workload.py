"""Writes a made world as an inbox: `python -m bench.workload --size sample --out DIR --seed N`.

The only module of the generator that writes files. `--policies DIR` adds the identity overrides that belong
to the exports, `--facts FILE` what is known of the world.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bench.facts import write_facts
from bench.workload_exports import export_accounts, export_history, export_opportunities, export_sellers
from bench.workload_portal_exports import export_activity, export_changed_credentials, export_credentials
from bench.workload_prm_exports import (
    export_changed_registrations,
    export_events,
    export_memberships,
    export_partnerships,
    export_registrations,
)
from bench.workload_rates import format_rates, read_rates
from bench.workload_size import DELIVERIES, OVERLAP_FROM, SAMPLE_SEED, SIZES
from bench.workload_systems import BEFORE_ALL, list_systems
from bench.workload_world import World, build_world


def list_exports(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of the inbox with its path, one after the other, without the rates."""
    first, second = DELIVERIES
    for as_of, since in ((first, BEFORE_ALL), (second, str(OVERLAP_FROM))):
        yield f"salesforce/Account_{as_of}.csv", export_accounts(world, as_of)
        yield f"salesforce/Opportunity_{as_of}.csv", export_opportunities(world, as_of)
        yield f"salesforce/OpportunityHistory_{as_of}.csv", export_history(world, since, as_of)
        yield f"salesforce/OpportunityPartner_{as_of}.csv", export_sellers(world, as_of)
        yield f"partnerstack/partnerships_{as_of}.csv", export_partnerships(world, as_of)
        yield f"partnerstack/program_memberships_{as_of}.csv", export_memberships(world, as_of)
        yield f"partnerstack/registration_events_{as_of}.csv", export_events(world, since, as_of)
        yield f"partnerstack/portal_activity_{as_of}.csv", export_activity(world, since, as_of)
    yield f"partnerstack/deals_{first}.csv", export_registrations(world, first)
    yield f"partnerstack/deals_{second}.csv", export_changed_registrations(world, first, second)
    yield f"partnerstack/partner_credentials_{first}.csv", export_credentials(world, first)
    yield f"partnerstack/partner_credentials_{second}.csv", export_changed_credentials(world, first, second)
    yield from list_systems(world)


def write_inbox(world: World, out: Path) -> list[Path]:
    """All files of the two deliveries and the rates, under `out`."""
    written = []
    for path, table in list_exports(world):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(target, index=False, lineterminator="\n", encoding="utf-8")
        written.append(target)
    rates = out / "ecb" / "eurofxref-hist.csv"
    rates.parent.mkdir(parents=True, exist_ok=True)
    rates.write_text(format_rates(read_rates()), encoding="ascii")
    return [*written, rates]


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=sorted(SIZES), default="sample")
    parser.add_argument("--out", type=Path, required=True, help="inbox to write into")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED)
    parser.add_argument("--policies", type=Path, help="folder for partner_xref.csv, which belongs to these exports")
    parser.add_argument("--facts", type=Path, help="JSON file for the facts that are known of the world")
    chosen = parser.parse_args(arguments)
    world = build_world(SIZES[chosen.size], chosen.seed)
    for path in write_inbox(world, chosen.out):
        print(f"{path.stat().st_size:>12,}  {path}")
    if chosen.facts:
        write_facts(world, chosen.facts)
    if chosen.policies:
        world.accounts.overrides.to_csv(chosen.policies / "partner_xref.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
