"""Sheet Definitions: every KPI, so that nobody has to ask what a number means."""

import math

from publish.catalogue import KpiDefinition
from publish.figures import format_date
from publish.workbook.facts import Facts
from publish.workbook.page import Page

_COLUMNS = (
    ("KPI", 32),
    ("what it says", 66),
    ("unit", 9),
    ("better is", 10),
    ("computed as", 12),
    ("placed in time by", 20),
    ("owner", 20),
    ("version", 9),
    ("data through", 14),
    ("family", 18),
    ("code", 40),
)
WIDTHS = tuple(width for _, width in _COLUMNS)
_HEADER = 3
_LETTERS_IN_DESCRIPTION = 76


def write_definitions(page: Page, facts: Facts) -> None:
    """Fill the sheet, a row per KPI code in the order of families."""
    page.title("Definitions", "What each KPI means, as it was computed in this generation")
    names = [name for name, _ in _COLUMNS]
    page.header(_HEADER, names, texts=range(len(names)), height=22)
    for row, definition in enumerate(facts.definitions.values(), start=_HEADER + 1):
        page.text(row, 1, definition.kpi_name, "cell", "wrapped", "strong")
        page.text(row, 2, definition.description, "cell", "left", "wrapped")
        for column, text in enumerate(_details(facts, definition), start=3):
            page.text(row, column, text, "cell", "left", "muted")
        page.sheet.set_row(row, 15 * math.ceil(len(definition.description) / _LETTERS_IN_DESCRIPTION) + 6)
    page.sheet.autofilter(_HEADER, 1, _HEADER + max(1, len(facts.definitions)), len(names))
    page.tabulate(_HEADER, frozen_columns=2)


def _details(facts: Facts, definition: KpiDefinition) -> tuple[str, ...]:
    is_known = definition.kpi_code in facts.data_through
    return (
        definition.unit,
        {"higher": "higher", "lower": "lower"}.get(definition.direction or "", "neither"),
        definition.aggregation,
        definition.period_basis.replace("_", " "),
        definition.owner or "nobody",
        definition.definition_version,
        format_date(facts.data_through[definition.kpi_code]) if is_known else "no value",
        definition.family.replace("_", " "),
        definition.kpi_code,
    )
