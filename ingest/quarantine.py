"""What lies in quarantine, read from the ledger: each refused load, whether it is settled, and where its files are.

Letting one out is `ingest.quarantine_release`'s, judging it again `ingest.quarantine_retry`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.archive import quarantine_folder, refused_original
from ingest.decisions import Decision
from ingest.errors import PartnerKpiError
from ingest.ledger import LoadRow

State = Literal["open", "released", "discarded", "accepted", "judged again"]


class CaseNotFoundError(PartnerKpiError):
    """No refused delivery, or more than one, is meant by the words given."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A refused load. `settled_by` is the load that took its place: accepted, or refused again under other rules.

    `outdated_by` is a later accepted load of the same date: other bytes, delivered as a correction.
    """

    load: LoadRow
    state: State
    decision: Decision | None
    settled_by: int | None
    outdated_by: int | None

    @property
    def name(self) -> str:
        """`export/instance/as-of`, by which it can be called too."""
        return f"{self.load.export}/{self.load.instance}/{self.load.as_of_date or 'undated'}"


def read_cases(loads: Sequence[LoadRow], decisions: Sequence[Decision]) -> tuple[Case, ...]:
    """Every refused load, in the order of the ledger."""
    decided = {decision.load_seq: decision for decision in decisions}
    return tuple(_case(row, loads, decided) for row in loads if row.verdict == "quarantined")


def find_case(cases: Sequence[Case], wanted: str) -> Case:
    """The case by its load number, or the one open case whose name begins so. Raises CaseNotFoundError."""
    if wanted.isdigit():
        found = [case for case in cases if case.load.load_seq == int(wanted)]
    else:
        named = [case for case in cases if case.name.startswith(wanted)]
        found = [case for case in named if case.state == "open"] or named
    if len(found) == 1:
        return found[0]
    listed = found or [case for case in cases if case.state == "open"]
    known = ", ".join(f"{case.load.load_seq} ({case.name})" for case in listed) or "nothing"
    said = f'"{wanted}" means several refused deliveries' if found else f'No refused delivery is meant by "{wanted}"'
    raise CaseNotFoundError(f"{said}: there {'is' if len(listed) < 2 else 'are'} {known}. Give the number of one.")


def original_of(home: Path, row: LoadRow) -> Path:
    """Where the bytes of a refused load lie."""
    return refused_original(
        quarantine_folder(home, row.export, row.instance, row.as_of_date, row.load_seq), row.file_name
    )


def same_delivery(one: LoadRow, other: LoadRow) -> bool:
    """Whether two loads are of the same bytes for the same export, instance and date, as far as it is known."""
    return (one.export, one.instance, one.sha256) == (other.export, other.instance, other.sha256) and (
        one.as_of_date == other.as_of_date or None in (one.as_of_date, other.as_of_date)
    )


def _case(row: LoadRow, loads: Sequence[LoadRow], decided: dict[int, Decision]) -> Case:
    later = [load for load in loads if load.load_seq > row.load_seq]
    again = [load for load in later if same_delivery(load, row)]
    taken = next((load for load in again if load.verdict == "accepted"), None)
    decision = decided.get(row.load_seq)
    state: State = "open"
    settled_by = None
    if decision is not None:
        state, settled_by = decision.decision, decision.released_load_seq
    elif taken is not None:
        state, settled_by = "accepted", taken.load_seq
    elif again:
        state, settled_by = "judged again", again[-1].load_seq
    return Case(
        load=row,
        state=state,
        decision=decision,
        settled_by=settled_by,
        outdated_by=next((load.load_seq for load in reversed(later) if _corrects(load, row)), None),
    )


def _corrects(later: LoadRow, row: LoadRow) -> bool:
    if later.verdict != "accepted" or (later.export, later.instance) != (row.export, row.instance):
        return False
    same_date = later.as_of_date == row.as_of_date if row.as_of_date else later.file_name == row.file_name
    return same_date and later.sha256 != row.sha256 and later.revision >= row.revision
