"""What stands refused: deliveries in quarantine that nobody discarded and no later accepted delivery has replaced.

Read from the ledger alone, so that a monitor, the command line and the exit code say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.decisions import Decision
from ingest.ledger import LoadRow
from ingest.quarantine import same_delivery


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A delivery that stands refused; `reason` is one paragraph."""

    load_seq: int
    export: str
    instance: str
    file_name: str
    as_of_date: date | None
    reason: str


def standing_refusals(loads: Sequence[LoadRow], decisions: Sequence[Decision]) -> tuple[Refusal, ...]:
    """The newest refusal of each export and instance, unless discarded or data as new was accepted after it."""
    standing: dict[tuple[str, str], LoadRow] = {}
    settled = {each.load_seq for each in decisions if each.decision == "discarded"}
    discarded = [row for row in loads if row.load_seq in settled]
    for row in sorted(loads, key=lambda load: load.load_seq):
        key = (row.export, row.instance)
        if row.verdict == "quarantined" and any(same_delivery(row, other) for other in discarded):
            continue
        if row.verdict == "quarantined":
            standing[key] = row
        elif key in standing and _replaces(row, standing[key]):
            del standing[key]
    return tuple(
        Refusal(
            load_seq=row.load_seq,
            export=row.export,
            instance=row.instance,
            file_name=row.file_name,
            as_of_date=row.as_of_date,
            reason=row.reason or "",
        )
        for row in sorted(standing.values(), key=lambda load: (load.export, load.instance))
    )


def _replaces(accepted: LoadRow, refused: LoadRow) -> bool:
    if refused.as_of_date is None or accepted.as_of_date is None:
        return accepted.file_name == refused.file_name
    return accepted.as_of_date >= refused.as_of_date
