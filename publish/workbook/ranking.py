"""Sheet Partner ranking: every partner within its motion, with its score on each KPI of its card.

One flat table, so that a filter works; partners whose values are not reliable stand below, grey and without a
rank.
"""

import datetime as dt
import math

from publish.figures import describe_state, name_measure
from publish.workbook.cells import write_points, write_score
from publish.workbook.facts import Facts, Line, Measure, PartnerCard, month_name
from publish.workbook.look import score_band
from publish.workbook.page import Page
from publish.workbook.words import name_motion

_FIXED = (
    ("motion", 14),
    ("rank", 7),
    ("partner", 32),
    ("tier", 12),
    ("region", 10),
    ("score of 100", 9),
    ("grade", 8),
    ("change", 10),
    ("from scores", 10),
    ("from weights", 10),
)
_HEADER = 4
_LETTERS_IN_NAME = 12


def measures_of(facts: Facts) -> tuple[Measure, ...]:
    """The measures of the partners' cards, the one that weighs most in all first."""
    weights: dict[Measure, float] = {}
    for line in facts.lines:
        if line.card_type == "partner":
            weights[line.measure] = weights.get(line.measure, 0) + (line.weight or 0)
    return tuple(sorted(weights, key=lambda measure: (-weights[measure], measure)))


def widths(facts: Facts) -> list[float]:
    """Widths of the columns; their number depends on the KPIs of the cards."""
    return [*(width for _, width in _FIXED), *[13.0] * len(measures_of(facts)), 38]


def write_ranking(page: Page, facts: Facts, month: dt.date | None) -> None:
    """Fill the sheet; without partners it says that there is nothing to rank."""
    page.title(
        "Partner ranking",
        f"{month_name(month) if month else 'No complete month'}   |   rank within the motion, by the score "
        "of twelve months   |   grey and unranked: under 60 % of the weight rests on enough observations",
    )
    if month is None or not facts.partner_cards:
        page.block(3, "There is no partner to rank: none was a member at the end of a complete month.", "warning")
        return
    _write_legend(page)
    measures = measures_of(facts)
    names = [name_measure(facts.definitions[code].kpi_name, *rest) for code, *rest in measures]
    columns = [*(name for name, _ in _FIXED), *names, "to know"]
    lines_of_header = max((math.ceil(len(name) / _LETTERS_IN_NAME) for name in names), default=1)
    page.header(_HEADER, columns, texts={2, 3, 4, len(columns) - 1}, height=15 * max(2, lines_of_header) + 4)
    lines = {(line.card_value, line.measure): line for line in facts.lines if line.card_type == "partner"}
    motion = facts.partner_cards[0].motion
    for row, card in enumerate(facts.partner_cards, start=_HEADER + 1):
        group = ("group",) if card.motion != motion else ()
        motion = card.motion
        _write_card(page, card, row, group)
        for column, measure in enumerate(measures, start=len(_FIXED) + 1):
            _write_kpi(page, facts, (row, column), card, lines.get((card.partner_id, measure)), *group)
        page.text(row, len(columns), _tell(card), "cell", "left", "small", "muted", *group)
    page.sheet.autofilter(_HEADER, 1, _HEADER + len(facts.partner_cards), len(columns))
    page.tabulate(_HEADER, frozen_columns=4)


def _write_legend(page: Page) -> None:
    page.text(2, 6, "Scores of KPIs:", "small", "muted", "right")
    for position, name in enumerate(("under 25", "under 50", "under 75", "75 and up")):
        page.text(2, 7 + position, name, "small", "center", f"score_{position}")


def _write_card(page: Page, card: PartnerCard, row: int, group: tuple[str, ...]) -> None:
    unsure = () if card.is_ranked else ("unsure",)
    page.text(row, 1, name_motion(card.motion), "cell", *unsure, *group)
    if card.rank_in_motion is None:
        page.text(row, 2, "-", "cell", "said", *group)
    else:
        page.number(row, 2, card.rank_in_motion, "0", "cell", "strong", *group)
    page.text(row, 3, card.partner_name, "cell", "left", "strong", *unsure, *group)
    page.text(row, 4, card.tier or "unknown", "cell", "left", *unsure, *group)
    page.text(row, 5, card.region or "unknown", "cell", "left", *unsure, *group)
    write_score(page, (row, 6), card.total_score, "strong", *unsure, *group)
    page.text(row, 7, card.grade or "-", "cell", "right", *unsure, *group)
    changes = (card.total_change, card.change_from_scores, card.change_from_weights)
    for column, points in enumerate(changes, start=8):
        write_points(page, (row, column), points, *unsure, *group)


def _write_kpi(
    page: Page, facts: Facts, place: tuple[int, int], card: PartnerCard, line: Line | None, *group: str
) -> None:
    if line is None:
        page.text(*place, "not on card", "cell", "said", *group)
    elif line.score is None:
        state = describe_state(line.value_state, line.statistic, facts.definitions[line.kpi_code].entity)
        page.text(*place, state or "no target", "cell", "said", *group)
    else:
        is_sure = card.is_ranked and line.is_reliable
        write_score(page, place, line.score, score_band(line.score) if is_sure else "unsure", *group)


def _tell(card: PartnerCard) -> str:
    if card.total_score is None:
        return f"no total: {card.weight_present:.0%} of the weight has a value"
    return "" if card.is_ranked else f"not ranked: {card.weight_reliable:.0%} of the weight is reliable"
