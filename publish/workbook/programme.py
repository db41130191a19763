"""Sheet Programme: the page that leadership reads, if it reads one.

Cards of the programme and its motions, what moved them and what is missing in words, the headline figures of
the month with their trend.
"""

import datetime as dt

from publish.figures import describe_state, format_date, name_measure, unit_of
from publish.workbook.cells import write_bound, write_change, write_score, write_value
from publish.workbook.charts import draw_columns, draw_scores, draw_sparkline, place_chart
from publish.workbook.facts import Card, Facts, Line, Measure, Value, month_end, month_name, months_before
from publish.workbook.look import SCORE, score_band
from publish.workbook.page import Page
from publish.workbook.trends import Trends
from publish.workbook.words import name_card, tell_missing, tell_standing

WIDTHS = (45, 15, 13, 13, 15, 15, 9, 24, 38)
_PROGRAMME = ("programme", "programme")
# First and last column of each tile; together they fill the page.
_TILES = ((1, 1), (2, 3), (4, 5), (6, 7), (8, 8), (9, 9))
_CHART_ROWS = 12


def write_programme(page: Page, facts: Facts, trends: Trends | None) -> None:
    """Fill the sheet; without a complete month or a card it says so."""
    month = facts.month
    scope = "deals with a partner" if facts.partner_count else "all deals"
    page.title(
        "Partner programme scorecard",
        f"{month_name(month) if month else 'No complete month'}   |   {scope}   |   amounts in "
        f"{facts.run.reporting_currency}   |   as of {format_date(facts.run.as_of_date)}",
    )
    row = 3
    if month is not None and facts.card(*_PROGRAMME, month):
        row = _write_tiles(page, facts, month, row)
        told = tell_standing(facts.card(*_PROGRAMME, month), facts.lines_of(*_PROGRAMME), "The programme")
        page.block(row, told, "words")
        row += 1
    for sentence in tell_missing(facts):
        page.block(row, sentence, "warning")
        row += 1
    page.sheet.freeze_panes(2, 0)
    page.sheet.fit_to_pages(1, 1)
    page.sheet.center_horizontally()
    if month is not None and trends is not None:
        row = _write_headlines(page, facts, trends, month, row + 1)
        _write_charts(page, facts, trends, row + 1)


def _write_tiles(page: Page, facts: Facts, month: dt.date, row: int) -> int:
    """Tiles of the programme and its motions; returns the first free row."""
    motions = sorted({card.card_value for card in facts.cards if card.card_type == "motion"})
    keys = [_PROGRAMME, *(("motion", motion) for motion in motions)]
    for start in range(0, len(keys), len(_TILES)):
        for position, (first, last) in enumerate(_TILES, start=start):
            style = "tile_main" if position == 0 else "tile"
            for offset, part in enumerate(("tile_name", "tile_score", "tile_note")):
                for column in range(first, last + 1):
                    page.text(row + offset, column, "", style, part)
            if position < len(keys):
                card = facts.card(*keys[position], month)
                _write_tile(page, (row, first), name_card(keys[position]), card, style)
        page.sheet.set_row(row, 24)
        page.sheet.set_row(row + 1, 34)
        page.sheet.set_row(row + 2, 24)
        row += 4
    return row


def _write_tile(page: Page, place: tuple[int, int], name: str, card: Card | None, style: str) -> None:
    row, column = place
    page.text(row, column, name, style, "tile_name")
    if card is None or card.total_score is None:
        page.text(row + 1, column, "no total", style, "tile_score")
        page.text(row + 2, column, "too little weight has values", style, "tile_note")
        return
    page.number(row + 1, column, card.total_score, SCORE, style, "tile_score")
    told = f"grade {card.grade or '-'}"
    if card.total_change is not None:
        change = round(card.total_change, 1)
        arrow = "▲ " if change > 0 else "▼ " if change < 0 else ""
        told += f"   {arrow}{abs(change):.1f} on {month_name(months_before(card.card_month, 1))}"
    page.text(row + 2, column, told, style, "tile_note")


def _write_headlines(page: Page, facts: Facts, trends: Trends, month: dt.date, row: int) -> int:
    """The table of headline figures; returns the row below it."""
    page.section(row, "Headline figures")
    names = (
        "",
        month_name(month),
        f"against\n{month_name(months_before(month, 1))}",
        f"against\n{month_name(months_before(month, 12))}",
        f"12 months to\n{month_name(month)}",
        "target of\n12 months",
        "score\nof 100",
        "by month, last 12",
        "to know",
    )
    page.header(row + 1, names, texts={7, 8})
    row += 2
    lines = {line.measure: line for line in facts.lines_of(*_PROGRAMME)}
    for measure in facts.headlines:
        _write_headline(page, facts, row, measure, lines.get(measure), month=month)
        draw_sparkline(page, row, 8, trends, measure)
        row += 1
    return row


def _write_headline(page: Page, facts: Facts, row: int, measure: Measure, line: Line | None, *, month: dt.date) -> None:
    kpi_code, statistic, dimension = measure
    definition, currency = facts.definitions[kpi_code], facts.run.reporting_currency
    scope = facts.scope_of(measure)
    window = facts.window_of(measure)
    now, month_before, year_before = (
        facts.value(measure, scope, window, month_end(months_before(month, back))) for back in (0, 1, 12)
    )
    page.sheet.set_row(row, 20)
    page.text(row, 1, name_measure(definition.kpi_name, statistic, dimension), "cell", "strong")
    if window == "month":
        write_value(page, (row, 2), definition, now, "strong", currency=currency)
    else:
        page.text(row, 2, "by 12 months only", "cell", "said")
    write_change(page, (row, 3), definition, now, month_before)
    write_change(page, (row, 4), definition, now, year_before)
    year = facts.value(measure, scope, "trailing_12m", month_end(month))
    write_value(page, (row, 5), definition, year, currency=currency)
    target = line.target_value if line else None
    write_bound(page, (row, 6), unit_of(definition, statistic), target, currency=currency)
    if line is None:
        page.text(row, 7, "", "cell")
    else:
        write_score(page, (row, 7), line.score, *((score_band(line.score),) if line.score is not None else ()))
    page.text(row, 9, _tell(facts, measure, now), "cell", "left", "small", "muted")


def _tell(facts: Facts, measure: Measure, now: Value | None) -> str:
    definition = facts.definitions[measure[0]]
    if now is None:
        delivered = {source.export for source in facts.sources}
        lacking = [export for export in definition.sources if export not in delivered]
        return f"needs {', '.join(lacking)}" if lacking else ""
    known = []
    if facts.window_of(measure) != "month":
        known.append("changes and bars: 12 months to then")
    if facts.scope_of(measure) == "all" and facts.partner_count:
        known.append("all deals, direct ones too")
    if now.value is not None:
        known.append(describe_state(now.value_state, now.statistic, definition.entity))
        known.append("" if now.is_reliable else "few observations")
    through = facts.data_through.get(definition.kpi_code)
    if through and through < facts.run.as_of_date:
        known.append(f"data through {format_date(through)}")
    return "; ".join(filter(None, known))


def _write_charts(page: Page, facts: Facts, trends: Trends, row: int) -> None:
    motions = sorted(key for key in trends.card_rows if key[0] == "motion")
    if motions:
        chart = draw_scores(page, trends, [_PROGRAMME, *motions], "Score by month")
        place_chart(page, chart, (row, 1), width=530, rows=_CHART_ROWS)
    for kpi_code, statistic, dimension in facts.headlines:
        definition = facts.definitions[kpi_code]
        values = trends.series((kpi_code, statistic, dimension))
        if unit_of(definition, statistic) == "money" and values:
            name = name_measure(definition.kpi_name, statistic, dimension)
            chart = draw_columns(page, values, trends.months, f"{name} by month, {facts.run.reporting_currency}")
            place_chart(page, chart, (row, 5 if motions else 1), width=730 if motions else 1280, rows=_CHART_ROWS)
            break
