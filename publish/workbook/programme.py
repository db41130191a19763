"""Sheet Programme: the page that leadership reads, if it reads one.

Cards of the programme and its motions, what moved them and what is missing in words, the headline KPIs of the
month.
"""

import datetime as dt

from publish.catalogue import KpiDefinition
from publish.figures import describe_state, format_date, name_measure, unit_of
from publish.workbook.cells import write_change, write_score, write_value
from publish.workbook.charts import draw_columns, draw_scores, draw_sparkline, place
from publish.workbook.facts import Card, Facts, Line, Measure, Value, month_end, month_name, months_before
from publish.workbook.look import SCORE, number_format
from publish.workbook.page import Page
from publish.workbook.trends import Trends
from publish.workbook.words import tell_missing, tell_standing

WIDTHS = [35, 15, 12, 12, 15, 15, 9, 24, 34]
# Columns that a card's tile spans.
_TILES = ((1, 1), (2, 3), (4, 5), (6, 7), (8, 8), (9, 9))
_CHART_ROWS = 14


def write_programme(page: Page, facts: Facts, trends: Trends | None) -> None:
    """Fill the sheet; without a complete month or a card it says so."""
    month = facts.month
    scope = "deals with a partner" if facts.partner_count else "all deals"
    page.title(
        "Partner programme scorecard",
        f"{month_name(month) if month else 'No complete month'}  |  {scope}  |  amounts in "
        f"{facts.run.reporting_currency}  |  as of {facts.run.as_of_date.isoformat()}",
    )
    row = 3
    if month is not None and facts.partner_count:
        row = _write_tiles(page, facts, month, row)
        told = tell_standing(
            facts.card("programme", "programme", month),
            facts.lines_of("programme", "programme"),
            "The programme",
        )
        page.block(row, told, "words", lines=2)
        row += 1
    for sentence in tell_missing(facts):
        page.block(row, sentence, "warning")
        row += 1
    if month is None or trends is None:
        return
    row = _write_headlines(page, facts, trends, month, row + 1)
    _write_charts(page, facts, trends, row + 1)
    page.sheet.freeze_panes(2, 0)
    page.sheet.fit_to_pages(1, 1)


def _write_tiles(page: Page, facts: Facts, month: dt.date, row: int) -> int:
    motions = sorted({card.card_value for card in facts.cards if card.card_type == "motion"})
    keys = [("programme", "programme"), *(("motion", motion) for motion in motions)]
    for position, key in enumerate(keys):
        top = row + 4 * (position // len(_TILES))
        first, last = _TILES[position % len(_TILES)]
        card = facts.card(*key, month)
        for offset, style in enumerate(("tile_name", "tile_score", "tile_note")):
            if last > first:
                page.sheet.merge_range(top + offset, first, top + offset, last, "", page.look(style))
        page.text(top, first, key[1].replace("_", " ").upper(), "tile_name")
        if card is None or card.total_score is None:
            page.text(top + 1, first, "no total", "tile_score", "unsure")
            page.text(top + 2, first, "too little of its weight has values", "tile_note")
        else:
            page.number(top + 1, first, card.total_score, SCORE, "tile_score")
            page.text(top + 2, first, _grade(card), "tile_note")
        page.sheet.set_row(top + 1, 34)
    return row + 4 * ((len(keys) - 1) // len(_TILES) + 1)


def _grade(card: Card) -> str:
    change = (
        "no month before" if card.total_change is None else f"{_arrow(card.total_change)} on the month before"
    )
    return f"grade {card.grade or '-'}   {change}"


def _arrow(change: float) -> str:
    return f"{'▲' if change > 0.05 else '▼' if change < -0.05 else ''} {abs(change):.1f}".strip()


def _write_headlines(page: Page, facts: Facts, trends: Trends, month: dt.date, row: int) -> int:
    page.section(row, "Headline figures")
    names = (
        "",
        month_name(month),
        f"against {month_name(months_before(month, 1))}",
        f"against {month_name(months_before(month, 12))}",
        f"12 months to {month_name(month)}",
        "target of 12 months",
        "score of 100",
        "the last 12 months",
        "to know",
    )
    page.header(row + 1, names, left=1)
    page.text(row + 1, 8, names[7], "header", "center")
    page.text(row + 1, 9, names[8], "header")
    row += 2
    lines = {line.measure: line for line in facts.lines_of("programme", "programme")}
    for measure in facts.headlines:
        _write_headline(page, facts, month, measure, lines.get(measure), row)
        draw_sparkline(page, row, 8, trends.sparkline(measure))
        row += 1
    return row


def _write_headline(
    page: Page, facts: Facts, month: dt.date, measure: Measure, line: Line | None, row: int
) -> None:
    definition, scope, currency = (
        facts.definitions[measure[0]],
        facts.scope_of(measure),
        facts.run.reporting_currency,
    )
    now, month_before, year_before = (
        facts.value(measure, scope, "month", month_end(months_before(month, back))) for back in (0, 1, 12)
    )
    page.sheet.set_row(row, 20)
    page.text(row, 1, name_measure(definition.kpi_name, *measure[1:]), "cell", "strong")
    write_value(page, row, 2, definition, now, currency, ["strong"])
    write_change(page, row, 3, definition, now, month_before)
    write_change(page, row, 4, definition, now, year_before)
    year = facts.value(measure, scope, "trailing_12m", month_end(month))
    write_value(page, row, 5, definition, year, currency)
    if line is None or line.target_value is None:
        page.text(row, 6, "no target", "cell", "said")
        page.text(row, 7, "", "cell")
    else:
        target = float(line.target_value)
        form = number_format(unit_of(definition, measure[1]), target, currency)
        page.number(row, 6, target, form, "cell", "muted")
        write_score(page, row, 7, line.score)
    page.text(row, 9, _to_know(facts, definition, scope, now), "cell", "note")


def _to_know(facts: Facts, definition: KpiDefinition, scope: str, now: Value | None) -> str:
    known = []
    if scope == "all" and facts.partner_count:
        known.append("all deals, direct ones too")
    if now is not None and now.value is not None:
        known.append(describe_state(now.value_state, now.statistic, definition.entity))
        known.append("" if now.is_reliable else "few observations")
    through = facts.data_through.get(definition.kpi_code)
    if through and through < facts.run.as_of_date:
        known.append(f"data through {format_date(through)}")
    return "; ".join(filter(None, known))


def _write_charts(page: Page, facts: Facts, trends: Trends, row: int) -> None:
    motions = sorted(key for key in trends.card_rows if key[0] == "motion")
    if motions:
        keys = [("programme", "programme"), *motions]
        place(page, draw_scores(page, trends, keys, "Score by month"), row, 1, 540, _CHART_ROWS)
    for measure in facts.headlines:
        definition = facts.definitions[measure[0]]
        if unit_of(definition, measure[1]) == "money" and (values := trends.series(measure)):
            title = (
                f"{name_measure(definition.kpi_name, *measure[1:])} by month, {facts.run.reporting_currency}"
            )
            chart = draw_columns(page, values, trends.months, title)
            place(page, chart, row, 5 if motions else 1, 660 if motions else 1200, _CHART_ROWS)
            break
