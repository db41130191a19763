"""Quarantine as an asset: what waits there, and the acts of `partner-kpi quarantine`: list, show, release, discard.

Each refresh lists what waits. To open or settle a refusal, launch the job `quarantine` with a config. Dagster shows
metadata in the order of their names, so that these begin with numbers. What an act does is
`partner_kpi.quarantine_desk`'s.
"""

from collections.abc import Iterable
from enum import Enum

import dagster as dg
from pydantic import Field

from dagster_project.home import WAREHOUSE_POOL, WarehouseHome
from dagster_project.tables import table
from ingest.errors import PartnerKpiError
from partner_kpi.quarantine_desk import (
    CaseDetails,
    Entry,
    discard_case,
    list_entries,
    release_case,
    show_case,
)
from partner_kpi.quarantine_text import differences, discarded, released, stands_without, state_of
from partner_kpi.rejections import RejectedRow
from partner_kpi.settings import Settings

WAITING = dg.AssetKey(["quarantine", "waiting"])
Metadata = dict[str, dg.MetadataValue]  # type: ignore[type-arg]


class IncompleteConfigError(PartnerKpiError):
    """An act was asked for without what it needs."""


class Action(Enum):
    """What to do with quarantine."""

    list = "list"
    show = "show"
    release = "release"
    discard = "discard"


class QuarantineConfig(dg.Config):  # type: ignore[misc]
    """What an analyst asks for in the launchpad; without anything it lists what waits."""

    action: Action = Field(default=Action.list, description="list, show, release or discard.")
    load: str = Field(default="", description="Number of the refused load, or how export/instance/as-of begins.")
    reason: str = Field(default="", description="Why it is released or discarded; kept with the decision.")
    by: str = Field(default="", description="Who answers for it: Dagster does not know who you are.")
    waive: list[str] = Field(
        default=[], description="Rules that fail today and were not among those it was refused for."
    )


quarantine_job = dg.define_asset_job(
    "quarantine",
    selection=dg.AssetSelection.assets(WAITING),
    executor_def=dg.in_process_executor,
    config={"ops": {"__".join(WAITING.path): {"config": {"action": "list", "load": "", "reason": "", "by": ""}}}},
    description="List, show, release or discard what was refused: say which in the config.",
)


def quarantine_asset(deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset; `deps` are the exports, after which a refresh lists it."""

    @dg.asset(
        key=WAITING,
        deps=deps,
        group_name="quarantine",
        kinds={"duckdb"},
        pool=WAREHOUSE_POOL,
        description=(
            "What was refused and is not settled. To open one, let it in or settle it, launch the job `quarantine` "
            "with a config: action (list, show, release, discard), load, reason, by."
        ),
    )
    def waiting(
        context: dg.AssetExecutionContext, config: QuarantineConfig, warehouse_home: WarehouseHome
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        settings = warehouse_home.settings()
        try:
            said, metadata = act(settings, config)
            entries = [entry for entry in list_entries(settings) if entry.case.state == "open"]
        except PartnerKpiError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        context.log.info(said)
        return dg.MaterializeResult(
            metadata={
                "0 said": said,
                **metadata,
                "7 waiting": len(entries),
                **({"8 list": _list(entries)} if entries else {}),
            }
        )

    return waiting


def act(settings: Settings, config: QuarantineConfig) -> tuple[str, Metadata]:
    """Do what the config asks; a sentence, and what there is to see. Raises PartnerKpiError; nothing is done then."""
    if config.action is Action.list:
        return "The list below shows what waits; the action show opens one.", {}
    if not config.load:
        raise IncompleteConfigError(
            f"The action {config.action.value} needs `load`: the number of a refused load, as the list shows it."
        )
    if config.action is Action.show:
        details = show_case(settings, config.load)
        return stands_without(details), case_metadata(details)
    if not config.by:
        raise IncompleteConfigError(
            f"The action {config.action.value} needs `by`: who answers for it. Dagster does not know who you are."
        )
    if config.action is Action.discard:
        return discarded(discard_case(settings, config.load, reason=config.reason, by=config.by)), {}
    result = release_case(settings, config.load, reason=config.reason, by=config.by, also_waived=tuple(config.waive))
    return released(result).replace("`partner-kpi run`", "refresh"), {"1 load": dg.MetadataValue.int(result.load_seq)}


def case_metadata(details: CaseDetails) -> Metadata:
    """One refusal: what it is, its rules, and what it means."""
    row = details.entry.case.load
    place = f"{row.export} of {row.instance}, as of {row.as_of_date or 'unknown'}"
    return {
        "0 refused": dg.MetadataValue.text(
            f"{row.file_name} (load {row.load_seq}), {place}; {state_of(details.entry)}"
        ),
        "1 rules": table(
            {"rule": each.rule_id, "what is wrong, what to do": each.message} for each in row.failed_rules
        ),
        **effect_metadata(details),
    }


def effect_metadata(details: CaseDetails) -> Metadata:
    """What a refusal means: rows that cannot be read, keys and money that differ, and the KPI values without it."""
    found: Metadata = {
        "2 while it is outside": dg.MetadataValue.text(f"{'; '.join(differences(details))}. {stands_without(details)}.")
    }
    if details.rejected:
        found["3 rejected rows"] = table(
            {"column": each.column_name, "rule": each.rule, "rows": each.rows, "for example": _examples(each.examples)}
            for each in details.rejected
        )
    if details.effect and details.effect.money:
        found["4 money in those rows"] = table(
            {"column": m.column, "currency": m.currency or "none", "as delivered": f"{m.delivered:,.2f}",
             "as it stands": f"{m.held:,.2f}", "difference": f"{m.delivered - m.held:,.2f}"}
            for m in details.effect.money
        )  # fmt: skip
    if details.kpis:
        found["5 KPI values without it"] = table(
            {"KPI, of everybody": kpi.measure, "window": kpi.period, "stands at": kpi.value} for kpi in details.kpis
        )
    return found


def _list(entries: Iterable[Entry]) -> dg.MetadataValue:  # type: ignore[type-arg]
    return table(
        {"load": entry.case.load.load_seq, "export": entry.case.load.export, "instance": entry.case.load.instance,
         "as of": str(entry.case.load.as_of_date or ""), "file": entry.case.load.file_name, "state": state_of(entry),
         "rules": ", ".join(rule.rule_id for rule in entry.case.load.failed_rules)}
        for entry in entries
    )  # fmt: skip


def _examples(rows: Iterable[RejectedRow]) -> str:
    return "; ".join(f"{row.place}: {row.value!r}" for row in rows)
