"""One asset per canonical export, gated inside: what the audit refuses never becomes raw data.

A refused delivery turns the asset's check red and names the rules, and the asset stays what it is: its last good data.
It is therefore materialized all the same, so that the rest of the run goes on with it (DECISIONS.md).
"""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from dagster_project.home import WAREHOUSE_POOL, WarehouseHome
from dagster_project.quarantine import effect_metadata
from dagster_project.tables import table
from ingest.contracts import ExportContract, load_contracts
from ingest.delivery import LoadResult
from partner_kpi import road
from partner_kpi.quarantine_desk import CaseDetails, show_case
from partner_kpi.standing import Refusal, standing_refusals

CHECK = "gate"


def export_assets() -> list[dg.AssetsDefinition]:
    """The assets of all contracts, in the order of their names."""
    return [_export_asset(contract) for _, contract in sorted(load_contracts().exports.items())]


def asset_key(export: str) -> dg.AssetKey:
    """`crm.accounts` is the table raw_crm.accounts and the asset raw_crm/accounts, as dbt's source is."""
    source, name = export.split(".")
    return dg.AssetKey([f"raw_{source}", name])


def _export_asset(contract: ExportContract) -> dg.AssetsDefinition:
    key = asset_key(contract.name)

    @dg.asset(
        key=key,
        group_name=contract.source,
        description=f"History of {contract.name} by delivery. {contract.description}",
        kinds={"duckdb"},
        pool=WAREHOUSE_POOL,
        check_specs=[
            dg.AssetCheckSpec(
                CHECK, asset=key, description="Great Expectations on each new delivery, before it becomes raw data."
            )
        ],
        freshness_policy=(
            dg.FreshnessPolicy.time_window(fail_window=timedelta(days=contract.due_days)) if contract.due_days else None
        ),
    )
    def take_in(context: dg.AssetExecutionContext, warehouse_home: WarehouseHome) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        settings = warehouse_home.settings()
        with road.hold_home(settings):
            inbox = road.pull(settings, run_id=context.run_id)
            for problem in inbox.problems:
                context.log.warning(str(problem))
            deliveries = tuple(each for each in inbox.deliveries if each.export == contract.name)
            results = road.load(
                settings, deliveries, run_id=context.run_id, loaded=lambda result: context.log.info(_line(result))
            )
            loads = [row for row in road.ledger(settings) if row.export == contract.name]
        refusals = standing_refusals(loads, road.decisions(settings))
        opened = [show_case(settings, str(each.load_seq)) for each in refusals]
        accepted = [row for row in loads if row.verdict == "accepted"]
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(f"load-{accepted[-1].load_seq}" if accepted else "never-delivered"),
            metadata={
                "new deliveries": sum(1 for result in results if result.verdict == "accepted"),
                "refused": len(refusals),
                "data through": str(max((row.as_of_date for row in accepted if row.as_of_date), default="never")),
            },
            check_results=[_check(results, refusals, opened)],
        )

    return take_in


def _check(results: list[LoadResult], refusals: tuple[Refusal, ...], opened: list[CaseDetails]) -> dg.AssetCheckResult:
    """What stands refused, whichever run it was, and the warnings of this run; `opened` are the refusals in full."""
    refused = [details.entry.case.load for details in opened]
    failed = [(row.file_name, rule) for row in refused for rule in row.failed_rules]
    warnings = [(result.file_name, rule) for result in results for rule in result.warnings]
    severity = dg.AssetCheckSeverity.ERROR if refusals else dg.AssetCheckSeverity.WARN
    rules = table(
        {
            "file": file_name,
            "rule": rule.rule_id,
            "severity": rule.severity,
            "what is wrong, what to do": rule.message,
        }
        for file_name, rule in failed + warnings
    )
    reasons = " ".join(refusal.reason for refusal in refusals)
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not refusals and not warnings,
        severity=severity,
        description=reasons or ("Published with warnings." if warnings else "Every rule holds."),
        metadata={**({"1 rules": rules} if failed or warnings else {}), **_effects(opened), **_quarantine(refusals)},
    )


def _effects(opened: list[CaseDetails]) -> dict[str, dg.MetadataValue]:  # type: ignore[type-arg]
    """What is missing while the refusals stand; named by load where there are several."""
    found = {}
    for details in opened:
        which = f" of load {details.entry.case.load.load_seq}" if len(opened) > 1 else ""
        found |= {name + which: value for name, value in effect_metadata(details).items()}
    return found


def _quarantine(refusals: tuple[Refusal, ...]) -> dict[str, dg.MetadataValue]:  # type: ignore[type-arg]
    """Under which number a refusal lies in quarantine, and what opens and settles it: here a job, there commands."""
    if not refusals:
        return {}
    numbers = [refusal.load_seq for refusal in refusals]
    ways = ("show {}", 'release {} --reason "..."', 'discard {} --reason "..."')
    lines = [f"- `partner-kpi quarantine {way.format(number)}`" for number in numbers for way in ways]
    return {
        "6 quarantine": dg.MetadataValue.text(", ".join(map(str, numbers))),
        "7 to decide here": dg.MetadataValue.text(
            f"Launch the job quarantine with load: {numbers[0]} and action: release or discard, with reason and by."
        ),
        "8 commands": dg.MetadataValue.md("\n".join(lines)),
    }


def _line(result: LoadResult) -> str:
    return (
        f"{result.instance}/{result.file_name}: {result.verdict}, {result.rows_in} rows in, "
        f"{result.rows_accepted} accepted, {result.rows_rejected} rejected, {result.rows_collapsed} collapsed. "
        + (result.reason or "")
    )
