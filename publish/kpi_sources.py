"""Which KPIs an export feeds, and the value that stands of each: what a missing delivery leaves behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from publish.catalogue import KpiDefinition, read_definitions
from publish.figures import describe_state, format_figure, name_measure, unit_of
from publish.periods import period_code
from publish.reading import fetch, open_generation


@dataclass(frozen=True, kw_only=True)
class FedKpi:
    """A KPI computed from the export, as it is published: its data reach to `data_through`.

    `measure`, `period` and `value` are one value of it, in words: of everybody, over the widest newest window.
    """

    kpi_code: str
    measure: str
    period: str
    value: str
    data_through: dt.date | None


@dataclass(frozen=True, kw_only=True)
class _Standing:
    kpi_code: str
    statistic: str | None
    dimension: str | None
    period_type: str | None
    period_end: dt.date | None
    value: float | None
    value_state: str | None
    currency: str | None
    data_through: dt.date | None


def kpis_fed_by(database: Path, export: str) -> tuple[FedKpi, ...]:
    """The KPIs whose catalogue names the export (`crm.opportunities`), by code. Raises what `open_generation` does."""
    with open_generation(database) as connection:
        definitions = read_definitions(connection)
        standing = fetch(
            connection,
            _Standing,
            "from (select definitions.kpi_code, values.* exclude (kpi_code, data_through),"
            " max(values.data_through) over (partition by definitions.kpi_code) as data_through"
            " from marts.kpi_definitions as definitions"
            " left join marts.kpi_values as values on definitions.kpi_code = values.kpi_code"
            " where list_contains(definitions.sources, $export)"
            " qualify row_number() over (partition by definitions.kpi_code order by"
            " list_position(['all', 'all_partners'], values.segment_type) nulls last,"
            " values.value is null, values.statistic not in ('value', 'p50'),"
            " list_position(['trailing_12m', 'quarter', 'month', 'fiscal_ytd', 'all_time'], values.period_type),"
            " not values.is_complete, values.period_end desc, values.statistic, values.dimension) = 1"
            ") order by kpi_code",
            {"export": export},
        )
    return tuple(_fed(row, definitions[row.kpi_code]) for row in standing)


def _fed(row: _Standing, definition: KpiDefinition) -> FedKpi:
    if row.statistic is None or row.period_type is None or row.period_end is None:
        return FedKpi(
            kpi_code=row.kpi_code, measure=definition.kpi_name, period="", value="no value yet", data_through=None
        )
    unit = unit_of(definition, row.statistic)
    missing = describe_state(row.value_state or "", row.statistic, definition.entity)
    return FedKpi(
        kpi_code=row.kpi_code,
        measure=name_measure(definition.kpi_name, row.statistic, row.dimension or ""),
        period=period_code(row.period_type, row.period_end),
        value=missing if row.value is None else format_figure(row.value, unit, row.currency),
        data_through=row.data_through,
    )
