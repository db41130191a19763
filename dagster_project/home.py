"""The resource that every asset gets: the settings of the home it works in. Plain values, no connection is kept."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from partner_kpi.settings import Settings, load_settings

WAREHOUSE_POOL = "warehouse"


class WarehouseHome(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where the warehouse lives; empty = as the environment says (PARTNER_KPI_HOME, PARTNER_KPI_INBOX)."""

    home: str = ""
    inbox: str = ""

    def settings(self) -> Settings:
        """The settings that `partner-kpi` would use in this home."""
        return load_settings(home=Path(self.home) if self.home else None, inbox=self.inbox or None)
