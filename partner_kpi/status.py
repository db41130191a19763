"""How the home stands: what is published, how old each export's data is, what stands refused.

Read from the ledger and the published generation; changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ingest.ledger import LoadRow
from partner_kpi import road
from partner_kpi.settings import Settings
from partner_kpi.standing import Refusal, standing_refusals
from publish.generation import current_generation


@dataclass(frozen=True, kw_only=True)
class ExportStatus:
    """The last good data of an export and instance; `age_days` is counted from the published business date."""

    export: str
    instance: str
    data_through: date | None
    age_days: int | None
    rows: int
    last_verdict: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """What `partner-kpi status` answers."""

    generation: int | None
    as_of: date | None
    published_at: datetime | None
    exports: tuple[ExportStatus, ...]
    refusals: tuple[Refusal, ...]

    @property
    def exit_code(self) -> int:
        """0 well; 1 nothing is published; 3 something stands refused."""
        if self.generation is None:
            return 1
        return 3 if self.refusals else 0

    def as_json(self) -> str:
        """The status for machines."""
        return json.dumps({"exit_code": self.exit_code, **asdict(self)}, default=str, indent=2)


def read_status(settings: Settings) -> Status:
    """The status of a home; one that was never used has no exports and nothing published."""
    loads = road.ledger(settings)
    generation = current_generation(settings.published)
    facts = generation.manifest.facts if generation else None
    as_of = facts.as_of_date if facts else None
    delivered = [row for row in loads if not row.export.startswith(f"{road.POLICY_SOURCE}.")]
    keys = sorted({(row.export, row.instance) for row in delivered})
    return Status(
        generation=generation.number if generation else None,
        as_of=as_of,
        published_at=facts.created_at if facts else None,
        exports=tuple(
            _export_status([row for row in delivered if (row.export, row.instance) == key], as_of) for key in keys
        ),
        refusals=standing_refusals(loads),
    )


def _export_status(loads: list[LoadRow], as_of: date | None) -> ExportStatus:
    accepted = [row for row in loads if row.verdict == "accepted" and row.as_of_date]
    newest = max(accepted, key=lambda row: (row.as_of_date or date.min, row.load_seq), default=None)
    through = newest.as_of_date if newest else None
    return ExportStatus(
        export=loads[0].export,
        instance=loads[0].instance,
        data_through=through,
        age_days=max((as_of - through).days, 0) if as_of and through else None,
        rows=newest.rows_accepted if newest else 0,
        last_verdict=max(loads, key=lambda row: row.load_seq).verdict,
    )
