"""Sheet Trends: the headline values and scores of the last twelve months, which charts and sparklines draw.

A month without a value stays blank: a chart would draw a word as 0.
"""

import datetime as dt
from dataclasses import dataclass

from publish.figures import name_measure, unit_of
from publish.workbook.facts import Facts, Measure, month_end, month_name, months_before
from publish.workbook.look import SCORE, number_format
from publish.workbook.page import Page
from publish.workbook.words import name_card

_MONTHS = 12
WIDTHS = (44, 28, *[12.5] * _MONTHS)
_HEADER = 3
_SCOPES = {"all": "everything", "all_partners": "all partners"}
_WINDOWS = {"month": "month", "trailing_12m": "12 months to then"}
_FIRST_MONTH_COLUMN = 3
# Card type and card value.
CardKey = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Trends:
    """Where on the sheet each series stands; `extremes` are the least and the greatest value of each."""

    sheet_name: str
    measure_rows: dict[Measure, int]
    extremes: dict[Measure, tuple[float, float]]
    card_rows: dict[CardKey, int]

    @property
    def months(self) -> list[object]:
        """Range of the names of the months, as XlsxWriter takes ranges."""
        return self._range(_HEADER)

    def series(self, measure: Measure) -> list[object] | None:
        """Range of a measure's values; None where it has none."""
        row = self.measure_rows.get(measure)
        return None if row is None else self._range(row)

    def scores(self, card: CardKey) -> list[object]:
        """Range of a card's totals."""
        return self._range(self.card_rows[card])

    def name(self, card: CardKey) -> list[object]:
        """Cell with a card's name."""
        return [self.sheet_name, self.card_rows[card], 1]

    def sparkline(self, measure: Measure) -> str | None:
        """Range of a measure's values as text, which sparklines want."""
        row = self.measure_rows.get(measure)
        return None if row is None else f"'{self.sheet_name}'!$D${row + 1}:$O${row + 1}"

    def _range(self, row: int) -> list[object]:
        return [self.sheet_name, row, _FIRST_MONTH_COLUMN, row, _FIRST_MONTH_COLUMN + _MONTHS - 1]


def write_trends(page: Page, facts: Facts, month: dt.date) -> Trends:
    """Fill the sheet and say where its series are."""
    months = [months_before(month, back) for back in reversed(range(_MONTHS))]
    page.title(
        "Trends",
        f"Amounts in {facts.run.reporting_currency}, blank where there is no value   |   "
        "scores are of the twelve months that end then",
    )
    page.header(_HEADER, ["", "of", *map(month_name, months)], texts={1}, height=22)
    page.tabulate(_HEADER, frozen_columns=_FIRST_MONTH_COLUMN)
    first_row = _HEADER + 1
    measure_rows, extremes = {}, {}
    for row, measure in enumerate(facts.headlines, start=first_row):
        if values := _write_measure(page, facts, measure, row, months):
            measure_rows[measure] = row
            extremes[measure] = min(values), max(values)
    first_row += len(facts.headlines) + 1
    keys = sorted({(card.card_type, card.card_value) for card in facts.cards}, key=_programme_first)
    card_rows = {key: first_row + position for position, key in enumerate(keys)}
    for key, row in card_rows.items():
        _write_card(page, facts, key, row, months)
    return Trends(sheet_name=page.sheet.get_name(), measure_rows=measure_rows, extremes=extremes, card_rows=card_rows)


def _write_measure(page: Page, facts: Facts, measure: Measure, row: int, months: list[dt.date]) -> list[float]:
    """A row of values; returns those there are."""
    definition, scope, window = facts.definitions[measure[0]], facts.scope_of(measure), facts.window_of(measure)
    page.text(row, 1, name_measure(definition.kpi_name, *measure[1:]), "cell", "strong")
    page.text(row, 2, f"{_SCOPES[scope]}, {_WINDOWS[window]}", "cell", "left", "muted")
    values = []
    for column, each in enumerate(months, start=_FIRST_MONTH_COLUMN):
        value = facts.value(measure, scope, window, month_end(each))
        if value is None or value.value is None:
            page.text(row, column, "", "cell")
        else:
            values.append(value.value)
            form = number_format(unit_of(definition, value.statistic), value.value, None)
            page.number(row, column, value.value, form, "cell", *(() if value.is_reliable else ("unsure",)))
    return values


def _write_card(page: Page, facts: Facts, key: CardKey, row: int, months: list[dt.date]) -> None:
    page.text(row, 1, name_card(key), "cell", "strong")
    page.text(row, 2, f"score, {key[0]}", "cell", "left", "muted")
    for column, each in enumerate(months, start=_FIRST_MONTH_COLUMN):
        card = facts.card(*key, each)
        if card is None or card.total_score is None:
            page.text(row, column, "", "cell")
        else:
            page.number(row, column, card.total_score, SCORE, "cell")


def _programme_first(key: CardKey) -> tuple[int, str]:
    return ("programme", "motion", "region").index(key[0]), key[1]
