"""How the home stands: what is published, how old each export's data is, what stands refused, how the last run ended.

Read from the ledger, the operations log and the published generation; changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ingest.ledger import LoadRow
from ingest.load import utc_now
from partner_kpi import road
from partner_kpi.generation_facts import POLICY_SOURCE
from partner_kpi.last_run import LastRun, read_last_run
from partner_kpi.settings import Settings
from partner_kpi.standing import Refusal, standing_refusals
from partner_kpi.verification import Verification
from publish.generation import current_generation
from publish.pin import read_pin


@dataclass(frozen=True, kw_only=True)
class ExportStatus:
    """The last good data of an export and instance.

    `age_days` is counted from the published business date, or from today where the setting `ages_from` says so; data
    are stale when that is more than the export's `due_days`.
    """

    export: str
    instance: str
    data_through: date | None
    age_days: int | None
    due_days: int | None
    is_stale: bool
    rows: int
    last_verdict: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """What `partner-kpi status` answers."""

    generation: int | None
    as_of: date | None
    published_at: datetime | None
    pinned: str | None
    exports: tuple[ExportStatus, ...]
    refusals: tuple[Refusal, ...]
    last_run: LastRun | None
    verification: Verification | None = None

    @property
    def stale(self) -> tuple[ExportStatus, ...]:
        """Exports that are older than they should be."""
        return tuple(export for export in self.exports if export.is_stale)

    @property
    def has_failed(self) -> bool:
        """Whether the last run failed."""
        return self.last_run is not None and self.last_run.result == "failed"

    @property
    def problems(self) -> str:
        """What the last run found in the inbox and could not understand."""
        return self.last_run.why if self.last_run and self.last_run.result == "refused" else ""

    @property
    def exit_code(self) -> int:
        """0 well; 1 nothing is published, the last run failed or something is broken; 3 refused; 4 stale."""
        if self.generation is None or self.has_failed or (self.verification and self.verification.broken):
            return 1
        if self.refusals or self.problems:
            return 3
        return 4 if self.stale else 0

    def as_json(self) -> str:
        """The status for machines."""
        states = {
            "failed": self.generation is None or self.has_failed,
            "broken": bool(self.verification and self.verification.broken),
            "refused": bool(self.refusals or self.problems),
            "stale": bool(self.stale),
        }
        answer = {
            "exit_code": self.exit_code,
            "states": [name for name, holds in states.items() if holds],
            **asdict(self),
        }
        return json.dumps(answer, default=str, indent=2)


def read_status(settings: Settings) -> Status:
    """The status of a home; one that was never used has no exports and nothing published."""
    loads = road.ledger(settings)
    generation = current_generation(settings.published)
    facts = generation.manifest.facts if generation else None
    as_of = facts.as_of_date if facts else None
    pin = read_pin(settings.published)
    delivered = [row for row in loads if not row.export.startswith(f"{POLICY_SOURCE}.")]
    reference = utc_now().date() if settings.ages_from == "today" else as_of
    keys = sorted({(row.export, row.instance) for row in delivered})
    return Status(
        generation=generation.number if generation else None,
        as_of=as_of,
        published_at=facts.created_at if facts else None,
        pinned=pin.reason if pin else None,
        exports=tuple(
            _export_status([row for row in delivered if (row.export, row.instance) == key], reference) for key in keys
        ),
        refusals=standing_refusals(loads, road.decisions(settings)),
        last_run=read_last_run(settings),
    )


def _export_status(loads: list[LoadRow], reference: date | None) -> ExportStatus:
    accepted = [row for row in loads if row.verdict == "accepted" and row.as_of_date]
    newest = max(accepted, key=lambda row: (row.as_of_date or date.min, row.load_seq), default=None)
    through = newest.as_of_date if newest else None
    last = max(loads, key=lambda row: row.load_seq)
    age = max((reference - through).days, 0) if reference and through else None
    return ExportStatus(
        export=loads[0].export,
        instance=loads[0].instance,
        data_through=through,
        age_days=age,
        due_days=last.due_days,
        is_stale=age is not None and last.due_days is not None and age > last.due_days,
        rows=newest.rows_accepted if newest else 0,
        last_verdict=last.verdict,
    )
