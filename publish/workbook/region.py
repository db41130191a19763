"""A sheet per region: its card line by line, how its score moved, its partners in order."""

import datetime as dt

from publish.figures import name_measure, unit_of
from publish.workbook.cells import write_points, write_score, write_value
from publish.workbook.charts import draw_scores, place
from publish.workbook.facts import Facts, Line, month_name
from publish.workbook.look import BAR, number_format
from publish.workbook.page import Page
from publish.workbook.trends import Trends
from publish.workbook.words import tell_standing

WIDTHS = [38, 17, 14, 14, 11, 11, 13, 13, 13, 13]
_CHART_ROWS = 13


def regions_of(facts: Facts) -> tuple[str, ...]:
    """The regions that have a card in the month shown."""
    return tuple(
        sorted(
            card.card_value
            for card in facts.cards
            if card.card_type == "region" and card.card_month == facts.month
        )
    )


def write_region(page: Page, facts: Facts, trends: Trends, month: dt.date, region: str) -> None:
    """Fill the sheet of one region."""
    lines = facts.lines_of("region", region)
    page.title(region, f"{month_name(month)}  |  card of the twelve months to {month_name(month)}")
    page.block(3, tell_standing(facts.card("region", region, month), lines, region), "words", lines=2)
    page.section(5, "Scorecard")
    names = (
        "",
        "value of 12 months",
        "target",
        "floor",
        "score of 100",
        "weight",
        "contribution, points",
        "change from score",
        "change from weight",
    )
    page.header(6, names, left=1)
    page.text(6, 10, "", "header")
    row = 7
    for line in lines:
        _write_line(page, facts, line, row)
        row += 1
    if lines:
        _mark_scores(page, 7, row - 1, 5)
    keys = [("region", region), *(("region", other) for other in regions_of(facts) if other != region)]
    chart = draw_scores(page, trends, keys, "Score by month, against the other regions")
    place(page, chart, row + 1, 1, 1180, _CHART_ROWS)
    _write_partners(page, facts, region, row + _CHART_ROWS + 3)
    page.sheet.freeze_panes(2, 0)


def _write_line(page: Page, facts: Facts, line: Line, row: int) -> None:
    definition = facts.definitions[line.kpi_code]
    currency = facts.run.reporting_currency
    page.text(row, 1, name_measure(line.kpi_name, line.statistic, line.dimension), "cell", "strong")
    write_value(page, row, 2, definition, line, currency)
    for column, bound in ((3, line.target_value), (4, line.floor_value)):
        if bound is None:
            page.text(row, column, "none", "cell", "said")
        else:
            form = number_format(unit_of(definition, line.statistic), float(bound), currency)
            page.number(row, column, float(bound), form, "cell", "muted")
    write_score(page, row, 5, line.score)
    if line.weight is None:
        page.text(row, 6, "-", "cell", "said")
    else:
        page.number(row, 6, line.weight, "0%", "cell")
    if line.contribution is None:
        page.text(row, 7, "-", "cell", "said")
    else:
        page.number(row, 7, line.contribution, "0.0", "cell")
    write_points(page, row, 8, line.change_from_score)
    write_points(page, row, 9, line.change_from_weight)
    page.text(row, 10, "", "cell")


def _mark_scores(page: Page, first: int, last: int, column: int) -> None:
    page.sheet.conditional_format(
        first,
        column,
        last,
        column,
        {
            "type": "data_bar",
            "bar_color": BAR,
            "bar_solid": True,
            "min_type": "num",
            "max_type": "num",
            "min_value": 0,
            "max_value": 100,
        },
    )


def _write_partners(page: Page, facts: Facts, region: str, row: int) -> None:
    cards = [card for card in facts.partner_cards if card.region == region]
    cards.sort(
        key=lambda card: (
            card.rank_in_region is None,
            card.rank_in_region or 0,
            -(card.total_score or -1),
            card.partner_name,
        )
    )
    page.section(row, f"Partners ({len(cards)})")
    names = (
        "",
        "motion",
        "tier",
        "manager",
        "rank in region",
        "grade",
        "score of 100",
        "change",
        "from scores",
        "from weights",
    )
    page.header(row + 1, names, left=4)
    for card in cards:
        row += 1
        page_row = row + 1
        unsure = () if card.is_ranked else ("unsure",)
        page.text(page_row, 1, card.partner_name, "cell", "strong", *unsure)
        for column, text in ((2, card.motion), (3, card.tier), (4, card.manager)):
            page.text(page_row, column, text or "unknown", "cell", *unsure)
        if card.rank_in_region is None:
            page.text(page_row, 5, "not ranked", "cell", "said")
        else:
            page.number(page_row, 5, card.rank_in_region, "0", "cell", "strong")
        page.text(page_row, 6, card.grade or "-", "cell", "right", *unsure)
        write_score(page, page_row, 7, card.total_score, *unsure)
        write_points(page, page_row, 8, card.total_change, *unsure)
        write_points(page, page_row, 9, card.change_from_scores, *unsure)
        write_points(page, page_row, 10, card.change_from_weights, *unsure)
