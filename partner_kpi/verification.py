"""`partner-kpi status --verify`: everything that is kept, against what was written down of it. Changes nothing.

What is checked where: published files in `publish.verification`, history in `ingest.history_check`, files in
`ingest.files_check`, both against each other in `ingest.archive_check`. Who can read the files is
`partner_kpi.owner_only`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.archive_check import check_rows_held
from ingest.files_check import check_deliveries, check_erased, check_quarantine, erased_originals, find_leftovers
from ingest.history_check import check_history, check_loads
from ingest.ledger import read_loads
from ingest.warehouse import open_warehouse
from partner_kpi.operations import read_operations, torn_lines
from partner_kpi.owner_only import check_private
from partner_kpi.settings import Settings
from publish.verification import check_published


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was found: `broken` has to be mended, `leftovers` harm nothing."""

    loads: int
    broken: tuple[str, ...]
    leftovers: tuple[str, ...]


def verify(settings: Settings) -> Verification:
    """Check the whole home. No load can begin meanwhile; raises WarehouseBusyError where one is on."""
    broken = [*check_published(settings.published), *check_private(settings.home)]
    if not settings.warehouse.is_file():
        return Verification(loads=0, broken=tuple(broken), leftovers=())
    removed = _removed(settings)
    limits = settings.limits()
    with open_warehouse(settings.warehouse, limits=limits, read_only=True) as connection:
        loads = read_loads(connection)
        erased = erased_originals(connection, settings.home, loads)
        removed |= erased
        broken += check_erased(erased)
        broken += check_loads(connection, loads)
        broken += check_history(connection, loads)
        broken += check_rows_held(connection, settings.home, loads, removed=removed)
        broken += check_deliveries(connection, settings.home, loads, removed=removed)
        broken += check_quarantine(settings.home, loads, removed=removed)
        leftovers = (*find_leftovers(settings.home, loads), *torn_lines(settings))
    return Verification(loads=len(loads), broken=tuple(broken), leftovers=leftovers)


def _removed(settings: Settings) -> frozenset[Path]:
    """What went on purpose, by the operations log (`remove`, with the path in the home)."""
    said = {
        settings.home / str(operation.ids.get("path")): operation.result
        for operation in read_operations(settings)
        if operation.what == "remove"
    }
    return frozenset(path for path, result in said.items() if not (result.startswith("failed") or path.exists()))
