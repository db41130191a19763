"""Raw history anew from the archived deliveries, as a step of the road: under the home's lock, and recorded.

How it is made is `ingest.rebuild`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.contracts import load_contracts
from ingest.crash_points import passing
from ingest.errors import twin_hint
from ingest.rebuild import RebuiltTable, rebuild
from partner_kpi import road
from partner_kpi.operations import record
from partner_kpi.settings import Settings, SettingsError


def rebuild_history(
    settings: Settings, *, exports: Sequence[str] = (), may_differ: bool = False
) -> tuple[RebuiltTable, ...]:
    """Raw tables before and anew. Raises SettingsError for an unknown export, and the errors of `ingest.rebuild`."""
    contracts = load_contracts()
    for name in exports:
        if name not in contracts.exports:
            hint = twin_hint(name, contracts.exports)
            raise SettingsError(f"There is no export {name}{hint}. `partner-kpi status` lists those that delivered.")
    with road.hold_home(settings):
        tables = rebuild(
            settings.home,
            settings.warehouse,
            contracts,
            exports=exports or None,
            may_differ=may_differ,
            limits=settings.limits(),
        )
        passing("rebuild.swapped")
        differing = [table.export for table in tables if not table.is_equal]
        record(settings, "rebuild", result="changed" if differing else "equal", ids={"exports": differing or exports})
    return tables
