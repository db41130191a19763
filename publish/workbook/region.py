"""A sheet per region: its card line by line, how its score moved, its partners in order."""

import datetime as dt

from publish.figures import describe_state, name_measure, unit_of
from publish.workbook.cells import write_bound, write_points, write_score, write_value
from publish.workbook.charts import draw_scores, place_chart
from publish.workbook.facts import Facts, Line, PartnerCard, month_name
from publish.workbook.look import BAR
from publish.workbook.page import Page
from publish.workbook.trends import Trends
from publish.workbook.words import name_motion, tell_standing

WIDTHS = (46, 18, 15, 15, 12, 12, 13, 13, 13, 14)
_LINE_NAMES = (
    "",
    "value of 12 months",
    "target",
    "floor",
    "score of 100",
    "weight",
    "points in total",
    "change from score",
    "change from weight",
    "",
)
_PARTNER_NAMES = (
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
_SCORE_COLUMN = 5
_CHART_ROWS = 12


def regions_of(facts: Facts) -> tuple[str, ...]:
    """The regions that have a card in the month shown."""
    found = {card.card_value for card in facts.cards if card.card_type == "region" and card.card_month == facts.month}
    return tuple(sorted(found))


def write_region(page: Page, facts: Facts, trends: Trends, month: dt.date, region: str) -> None:
    """Fill the sheet of one region."""
    lines = facts.lines_of("region", region)
    page.title(region, f"{month_name(month)}   |   scorecard of the twelve months to {month_name(month)}")
    page.block(3, tell_standing(facts.card("region", region, month), lines, region), "words")
    page.section(5, "Scorecard")
    page.header(6, _LINE_NAMES, texts=())
    row = 7
    for line in lines:
        _write_line(page, facts, line, row)
        row += 1
    if lines:
        _bar(page, 7, row - 1)
    keys = [("region", region), *(("region", other) for other in regions_of(facts) if other != region)]
    chart = draw_scores(page, trends, keys, "Score by month, against the other regions")
    place_chart(page, chart, (row + 1, 1), width=1180, rows=_CHART_ROWS)
    row += _CHART_ROWS + 2
    page.break_before(row)
    _write_partners(page, facts, region, row)
    page.sheet.freeze_panes(2, 0)


def _write_line(page: Page, facts: Facts, line: Line, row: int) -> None:
    definition, currency = facts.definitions[line.kpi_code], facts.run.reporting_currency
    page.text(row, 1, name_measure(line.kpi_name, line.statistic, line.dimension), "cell", "strong")
    write_value(page, (row, 2), definition, line, currency=currency)
    unit = unit_of(definition, line.statistic)
    write_bound(page, (row, 3), unit, line.target_value, currency=currency)
    write_bound(page, (row, 4), unit, line.floor_value, currency=currency)
    write_score(page, (row, _SCORE_COLUMN), line.score, *(() if line.is_reliable else ("unsure",)))
    for column, part, form in ((6, line.weight, "0%"), (7, line.contribution, "0.0")):
        if part is None:
            page.text(row, column, "-", "cell", "said")
        else:
            page.number(row, column, part, form, "cell")
    write_points(page, (row, 8), line.change_from_score)
    write_points(page, (row, 9), line.change_from_weight)
    known = [describe_state(line.value_state, line.statistic, definition.entity) if line.value is not None else ""]
    known.append("few observations" if line.value is not None and not line.is_reliable else "")
    page.text(row, 10, "; ".join(filter(None, known)), "cell", "said")


def _bar(page: Page, first: int, last: int) -> None:
    """A bar in each cell of the scores, from 0 to 100."""
    page.sheet.conditional_format(
        first,
        _SCORE_COLUMN,
        last,
        _SCORE_COLUMN,
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
    cards = sorted((card for card in facts.partner_cards if card.region == region), key=_by_rank)
    page.section(row, f"Partners ({len(cards)})")
    page.header(row + 1, _PARTNER_NAMES, texts={1, 2, 3})
    for page_row, card in enumerate(cards, start=row + 2):
        unsure = () if card.is_ranked else ("unsure",)
        page.text(page_row, 1, card.partner_name, "cell", "strong", *unsure)
        texts = (name_motion(card.motion), card.tier or "unknown", card.manager or "unknown")
        for column, text in enumerate(texts, start=2):
            page.text(page_row, column, text, "cell", "left", *unsure)
        if card.rank_in_region is None:
            page.text(page_row, 5, "not ranked", "cell", "said")
        else:
            page.number(page_row, 5, card.rank_in_region, "0", "cell", "strong")
        page.text(page_row, 6, card.grade or "-", "cell", "right", *unsure)
        write_score(page, (page_row, 7), card.total_score, *unsure)
        changes = (card.total_change, card.change_from_scores, card.change_from_weights)
        for column, points in enumerate(changes, start=8):
            write_points(page, (page_row, column), points, *unsure)


def _by_rank(card: PartnerCard) -> tuple[bool, int, float, str]:
    return card.rank_in_region is None, card.rank_in_region or 0, -(card.total_score or 0), card.partner_name
