"""What the operations log lacks because a run died between an act and its line: written down by the next run.

The ledger says what was loaded and decided, the published folder what readers see. What else may be lost with a line
is the end of the run itself, which `partner_kpi.last_run` tells from its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ingest.decisions import Decision
from ingest.ledger import LoadRow
from partner_kpi.operations import Operation, read_operations, record
from partner_kpi.settings import Settings
from publish.errors import DamagedGenerationError
from publish.generation import current_generation
from publish.pin import read_pin

LATER = "written down later: the run that did it died first"


def write_missing(settings: Settings, loads: Sequence[LoadRow], decisions: Sequence[Decision]) -> None:
    """Record the loads, decisions and the publication that the log does not have. The caller holds the home's lock."""
    lines = list(read_operations(settings))
    said = {(line.what, line.ids.get(key)) for line in lines for key in ("load_seq", "generation")}
    released = {decision.released_load_seq for decision in decisions}
    for row in loads:
        if ("load", row.load_seq) not in said and row.load_seq not in released:
            _record(settings, "load", row.verdict, _ids(row), why=row.reason)
    by_number = {row.load_seq: row for row in loads}
    for decision in decisions:
        what, result = ("release", "accepted") if decision.decision == "released" else ("discard", "discarded")
        if (what, decision.load_seq) not in said:
            ids = {**_ids(by_number[decision.load_seq]), "released_load_seq": decision.released_load_seq}
            _record(settings, what, result, ids, why=decision.reason, who=decision.decided_by)
    with suppress(DamagedGenerationError):  # of which whoever reads it will hear
        _write_pointer(settings, lines, said)


def _write_pointer(settings: Settings, lines: Sequence[Operation], said: set[tuple[str, object]]) -> None:
    """Whether readers were moved on, or back, without a line."""
    current, pin = current_generation(settings.published), read_pin(settings.published)
    if current and ("publish", current.number) not in said:
        _record(settings, "publish", "published", {"generation": current.number}, why=None)
    if pin and not any(
        line.what == "rollback" and line.when >= f"{pin.pinned_at:%Y-%m-%dT%H:%M:%S.%f}Z" for line in lines
    ):
        _record(settings, "rollback", "ok", {"generation": pin.generation}, why=pin.reason)


def _record(
    settings: Settings, what: str, result: str, ids: dict[str, object], *, why: str | None, who: str | None = None
) -> None:
    record(settings, what, result=result, ids=ids, why=f"{why} ({LATER})" if why else LATER, who=who)


def _ids(row: LoadRow) -> dict[str, object]:
    return {
        "run_id": row.run_id,
        "load_seq": row.load_seq,
        "export": row.export,
        "instance": row.instance,
        "as_of": row.as_of_date,
        "file": row.file_name,
    }
