"""What a KPI is, as the published catalogue says: the definition beside every number that leaves.

Targets, weights and grades are policies, not definitions, and not here.
"""

from dataclasses import dataclass

import duckdb

from publish.errors import UnclearQuestionError
from publish.nearest import nearest
from publish.reading import fetch


@dataclass(frozen=True, kw_only=True)
class KpiDefinition:
    """One row of `marts.kpi_definitions`; see the catalogue's contract for the allowed words."""

    kpi_code: str
    family: str
    kpi_name: str
    description: str
    unit: str
    direction: str | None
    aggregation: str
    basis: str | None
    statistics: tuple[str, ...] | None
    stop_outcomes: tuple[str, ...] | None
    periods: tuple[str, ...]
    segments: tuple[str, ...]
    period_basis: str
    sources: tuple[str, ...]
    entity: str
    accountable: str | None
    owner: str | None
    definition_version: str
    duration_unit: str | None
    is_money: bool


def read_definitions(connection: duckdb.DuckDBPyConnection) -> dict[str, KpiDefinition]:
    """All definitions by code, in the order of family and code."""
    rows = fetch(connection, KpiDefinition, "from marts.kpi_definitions order by family, kpi_code")
    return {row.kpi_code: row for row in rows}


def find_definition(connection: duckdb.DuckDBPyConnection, code: str) -> KpiDefinition:
    """The definition of a code. Raises UnclearQuestionError with the codes or names that are near."""
    definitions = read_definitions(connection)
    if code in definitions:
        return definitions[code]
    by_name = {definition.kpi_name: definition.kpi_code for definition in definitions.values()}
    near = [by_name.get(name, name) for name in nearest(code, [*definitions, *by_name])]
    raise UnclearQuestionError(
        "KPI",
        code,
        "is not known; the nearest are" if near else "is not known",
        list(dict.fromkeys(near)),
        "The workbook's sheet Definitions lists all codes.",
    )
