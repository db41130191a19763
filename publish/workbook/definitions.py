"""Sheet Definitions: every KPI, so that nobody has to ask what a number means."""

from publish.figures import format_date
from publish.workbook.facts import Facts
from publish.workbook.page import Page

WIDTHS = [30, 62, 9, 11, 12, 18, 22, 9, 20, 34, 14]
_HEADER = 3


def write_definitions(page: Page, facts: Facts) -> None:
    """Fill the sheet, a row per KPI code in the order of families."""
    page.title("Definitions", "What each KPI means, as it was computed in this generation")
    names = (
        "KPI",
        "what it says",
        "unit",
        "better is",
        "computed as",
        "placed in time by",
        "owner",
        "version",
        "data through",
        "code",
        "family",
    )
    page.header(_HEADER, names, left=len(names), height=20)
    for row, definition in enumerate(facts.definitions.values(), start=_HEADER + 1):
        cells = (
            definition.description,
            definition.unit,
            "" if definition.direction == "neutral" else definition.direction or "",
            definition.aggregation,
            _blanks(definition.period_basis),
            definition.owner or "",
            definition.definition_version,
            format_date(facts.data_through.get(definition.kpi_code)),
            definition.kpi_code,
            _blanks(definition.family),
        )
        page.text(row, 1, definition.kpi_name, "cell", "wrapped", "strong")
        for column, text in enumerate(cells, start=2):
            page.text(row, column, text, "cell", "wrapped", *(("muted",) if column > 2 else ()))
        page.sheet.set_row(row, 15 * max(2, -(-len(definition.description) // 66)) + 3)
    page.sheet.autofilter(_HEADER, 1, _HEADER + max(1, len(facts.definitions)), len(names))
    page.tabulate(_HEADER, frozen_columns=2)


def _blanks(name: str) -> str:
    return name.replace("_", " ")
