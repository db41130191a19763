"""Which KPIs an export feeds, and through which date each one knows: what a missing delivery leaves behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from publish.reading import fetch, open_generation


@dataclass(frozen=True, kw_only=True)
class FedKpi:
    """A KPI computed from the export (among its `sources`), as it is published: its data reach to `data_through`."""

    kpi_code: str
    kpi_name: str
    sources: tuple[str, ...]
    data_through: dt.date | None


def kpis_fed_by(database: Path, export: str) -> tuple[FedKpi, ...]:
    """The KPIs whose catalogue names the export (`crm.opportunities`), by code. Raises what `open_generation` does."""
    with open_generation(database) as connection:
        return fetch(
            connection,
            FedKpi,
            "from ("
            "select definitions.*, values.data_through from marts.kpi_definitions as definitions"
            " left join (select kpi_code, max(data_through) as data_through from marts.kpi_values group by kpi_code)"
            " as values on definitions.kpi_code = values.kpi_code"
            " where list_contains(definitions.sources, $export)"
            ") order by kpi_code",
            {"export": export},
        )
