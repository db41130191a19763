"""Sheet Trends: the headline values and scores of the last twelve months, which charts and sparklines draw.

A month without a value stays blank: a chart would draw a word as 0.
"""

import datetime as dt
from dataclasses import dataclass

from publish.figures import name_measure, unit_of
from publish.workbook.facts import Facts, Measure, month_end, month_name, months_before
from publish.workbook.look import SCORE, number_format
from publish.workbook.page import Page

MONTHS_SHOWN = 12
_HEADER = 3
_FIRST_MONTH_COLUMN = 3


@dataclass(frozen=True, kw_only=True)
class Trends:
    """Where on the sheet each series stands, by measure or by (card type, card value)."""

    sheet_name: str
    measure_rows: dict[Measure, int]
    card_rows: dict[tuple[str, str], int]

    @property
    def months(self) -> list[object]:
        """Range of the names of the months, as XlsxWriter takes ranges."""
        return self._range(_HEADER)

    def series(self, key: Measure | tuple[str, str]) -> list[object] | None:
        """Range of the values of a series; None where it has none."""
        row = self.measure_rows.get(key) if len(key) == 3 else self.card_rows.get(key)
        return None if row is None else self._range(row)

    def name(self, key: tuple[str, str]) -> list[object]:
        """Cell with the name of a card's series."""
        return [self.sheet_name, self.card_rows[key], 1]

    def sparkline(self, key: Measure | tuple[str, str]) -> str | None:
        """The same range as text, which sparklines want."""
        row = self.measure_rows.get(key) if len(key) == 3 else self.card_rows.get(key)
        if row is None:
            return None
        return f"'{self.sheet_name}'!$D${row + 1}:$O${row + 1}"

    def _range(self, row: int) -> list[object]:
        first = _FIRST_MONTH_COLUMN
        return [self.sheet_name, row, first, row, first + MONTHS_SHOWN - 1]


def widths() -> list[float]:
    """Columns of the sheet: name, scope, a year of months."""
    return [44, 16, *[12.5] * MONTHS_SHOWN]


def write_trends(page: Page, facts: Facts, month: dt.date) -> Trends:
    """Fill the sheet and say where its series are."""
    months = [months_before(month, back) for back in reversed(range(MONTHS_SHOWN))]
    page.title(
        "Trends", "Values by month; blank where there is none. Scores are of the twelve months ending then."
    )
    page.header(_HEADER, ["Value", "Of", *map(month_name, months)], left=2, height=20)
    page.tabulate(_HEADER, frozen_columns=_FIRST_MONTH_COLUMN)
    row = _HEADER + 1
    measure_rows = {}
    for measure in facts.headlines:
        kpi_code, statistic, dimension = measure
        definition = facts.definitions[kpi_code]
        scope = facts.scope_of(measure)
        values = [facts.value(measure, scope, "month", month_end(each)) for each in months]
        page.text(row, 1, name_measure(definition.kpi_name, statistic, dimension), "cell")
        page.text(row, 2, "all partners" if scope == "all_partners" else "all deals", "cell", "muted")
        for column, value in enumerate(values, start=_FIRST_MONTH_COLUMN):
            if value is None or value.value is None:
                page.text(row, column, "", "cell")
                page.sheet.write_blank(row, column, None, page.look("cell"))
            else:
                unit = unit_of(definition, statistic)
                style = () if value.is_reliable else ("unsure",)
                page.number(row, column, value.value, number_format(unit, value.value, None), "cell", *style)
        if any(value is not None and value.value is not None for value in values):
            measure_rows[measure] = row
        row += 1
    card_rows = {}
    for key in sorted({(card.card_type, card.card_value) for card in facts.cards}):
        page.text(
            row,
            1,
            "Programme" if key[0] == "programme" else key[1].capitalize() if key[0] == "motion" else key[1],
            "cell",
        )
        page.text(row, 2, f"score, {key[0]}", "cell", "muted")
        for column, each in enumerate(months, start=_FIRST_MONTH_COLUMN):
            card = facts.card(*key, each)
            if card is None or card.total_score is None:
                page.sheet.write_blank(row, column, None, page.look("cell"))
            else:
                page.number(row, column, card.total_score, SCORE, "cell")
        card_rows[key] = row
        row += 1
    return Trends(sheet_name=page.sheet.get_name(), measure_rows=measure_rows, card_rows=card_rows)
