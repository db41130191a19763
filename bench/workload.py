"""Writes a made world as an inbox: `python -m bench.workload --size sample --out DIR --seed N`.

The only module of the generator that writes files. `--policies DIR` adds the identity overrides that belong
to the exports, `--facts FILE` what is known of the world.
"""

# ruff: noqa: S608 - columns are the generator's own

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
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
from bench.workload_systems import BEFORE_ALL, list_acquired_systems, list_changed_systems, list_systems
from bench.workload_world import World, build_world
from ingest.sql import text_literal


def list_exports(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """The two deliveries of the sample: every table of the inbox with its path, without the rates."""
    first, second = DELIVERIES
    yield from _list_whole(world, first)
    yield from _list_changes(world, first, second)
    yield from list_acquired_systems(world)


def list_last(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Everything at once, as of the last delivery: what a first load of a grown business is given."""
    yield from _list_whole(world, DELIVERIES[-1])
    yield from list_acquired_systems(world)


def _list_whole(world: World, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield from _list_snapshots(world, as_of)
    yield from _list_events(world, BEFORE_ALL, as_of)
    yield f"partnerstack/deals_{as_of}.csv", export_registrations(world, as_of)
    yield f"partnerstack/partner_credentials_{as_of}.csv", export_credentials(world, as_of)
    yield from list_systems(world, as_of)


def _list_changes(world: World, before: str, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield from _list_snapshots(world, as_of)
    yield from _list_events(world, str(OVERLAP_FROM), as_of)
    yield f"partnerstack/deals_{as_of}.csv", export_changed_registrations(world, before, as_of)
    yield f"partnerstack/partner_credentials_{as_of}.csv", export_changed_credentials(world, before, as_of)
    yield from list_changed_systems(world, before, as_of)


def _list_snapshots(world: World, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield f"salesforce/Account_{as_of}.csv", export_accounts(world, as_of)
    yield f"salesforce/Opportunity_{as_of}.csv", export_opportunities(world, as_of)
    yield f"salesforce/OpportunityPartner_{as_of}.csv", export_sellers(world, as_of)
    yield f"partnerstack/partnerships_{as_of}.csv", export_partnerships(world, as_of)
    yield f"partnerstack/program_memberships_{as_of}.csv", export_memberships(world, as_of)


def _list_events(world: World, since: str, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield f"salesforce/OpportunityHistory_{as_of}.csv", export_history(world, since, as_of)
    yield f"partnerstack/registration_events_{as_of}.csv", export_events(world, since, as_of)
    yield f"partnerstack/portal_activity_{as_of}.csv", export_activity(world, since, as_of)


def write_inbox(tables: Iterable[tuple[str, pd.DataFrame]], out: Path) -> list[Path]:
    """The files of those tables, and the rates, under `out`."""
    written = []
    for path, table in tables:
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_table(table, target)
        written.append(target)
        del table  # before the next one is made: the largest take gigabytes
    rates = out / "ecb" / "eurofxref-hist.csv"
    rates.parent.mkdir(parents=True, exist_ok=True)
    rates.write_text(format_rates(read_rates()), encoding="ascii")
    return [*written, rates]


def write_table(table: pd.DataFrame, target: Path) -> None:
    """One file: UTF-8, commas, quotes where they are needed, nothing for an empty text."""
    texts = [f"""nullif("{name}", '') as "{name}\"""" for name, kind in table.dtypes.items() if kind.kind not in "iufb"]
    replaced = f" replace ({', '.join(texts)})" if texts else ""
    with duckdb.connect() as connection:
        connection.register("rows", table)
        connection.execute(f"copy (select *{replaced} from rows) to {text_literal(str(target))} (format csv, header)")


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=sorted(SIZES), default="sample")
    parser.add_argument("--out", type=Path, required=True, help="inbox to write into")
    parser.add_argument(
        "--last-only", action="store_true", help="everything as of the last delivery, not two deliveries"
    )
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED)
    parser.add_argument("--policies", type=Path, help="folder for partner_xref.csv, which belongs to these exports")
    parser.add_argument("--facts", type=Path, help="JSON file for the facts that are known of the world")
    chosen = parser.parse_args(arguments)
    world = build_world(SIZES[chosen.size], chosen.seed)
    for path in write_inbox((list_last if chosen.last_only else list_exports)(world), chosen.out):
        print(f"{path.stat().st_size:>12,}  {path}")
    if chosen.facts:
        write_facts(world, chosen.facts)
    if chosen.policies:
        world.accounts.overrides.to_csv(chosen.policies / "partner_xref.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
