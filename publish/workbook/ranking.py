"""Sheet Partner ranking: every partner of the month within its motion, with its score on each KPI of its card.

One flat table, so that a filter works; partners whose values are not reliable stand below, grey and without a
rank.
"""

import datetime as dt

from publish.figures import describe_state, name_measure
from publish.workbook.cells import write_points, write_score
from publish.workbook.facts import Facts, Line, Measure, PartnerCard, month_name
from publish.workbook.look import HIGH, LOW, MIDDLE
from publish.workbook.page import Page

_FIXED = (
    ("motion", 13),
    ("rank", 7),
    ("partner", 30),
    ("tier", 12),
    ("region", 9),
    ("score of 100", 9),
    ("grade", 7),
    ("change", 9),
    ("from scores", 9),
    ("from weights", 9),
)
_TEXTS = 5
_HEADER = 3


def measures_of(facts: Facts) -> tuple[Measure, ...]:
    """The measures of the partners' cards, the one that weighs most in all first."""
    weights: dict[Measure, float] = {}
    for line in facts.lines:
        if line.card_type == "partner":
            weights[line.measure] = weights.get(line.measure, 0) + (line.weight or 0)
    return tuple(sorted(weights, key=lambda measure: (-weights[measure], measure)))


def widths(facts: Facts) -> list[float]:
    """Columns of the sheet."""
    return [*(width for _, width in _FIXED), *[12.0] * len(measures_of(facts)), 30]


def write_ranking(page: Page, facts: Facts, month: dt.date | None) -> None:
    """Fill the sheet; without partners it says that there is nothing to rank."""
    page.title(
        "Partner ranking",
        f"{month_name(month) if month else 'No complete month'}  |  rank within the motion, by the score of the twelve "
        "months; grey and unranked where less than 60 % of the weight rests on enough observations",
    )
    if month is None or not facts.partner_cards:
        page.block(
            _HEADER,
            "There is no partner to rank: no partner was a member at the end of the month.",
            "warning",
        )
        return
    measures = measures_of(facts)
    names = [
        name_measure(facts.definitions[code].kpi_name, statistic, dimension)
        for code, statistic, dimension in measures
    ]
    page.header(_HEADER, [*(name for name, _ in _FIXED), *names, ""], left=_TEXTS, height=64)
    page.text(_HEADER, 2, "rank", "header", "right")
    page.text(_HEADER, len(_FIXED) + len(names) + 1, "to know", "header")
    lines: dict[tuple[str, Measure], Line] = {
        (line.card_value, line.measure): line for line in facts.lines if line.card_type == "partner"
    }
    motion = facts.partner_cards[0].motion
    for row, card in enumerate(facts.partner_cards, start=_HEADER + 1):
        group = ("group",) if card.motion != motion else ()
        motion = card.motion
        _write_card(page, card, row, group)
        for column, measure in enumerate(measures, start=len(_FIXED) + 1):
            _write_kpi(page, facts, card, lines.get((card.partner_id, measure)), row, column, group)
        _write_reason(page, card, row, len(_FIXED) + len(measures) + 1, group)
    last_row, last_column = _HEADER + len(facts.partner_cards), len(_FIXED) + len(measures)
    page.sheet.conditional_format(
        _HEADER + 1,
        len(_FIXED) + 1,
        last_row,
        last_column,
        {
            "type": "3_color_scale",
            "min_type": "num",
            "mid_type": "num",
            "max_type": "num",
            "min_value": 0,
            "mid_value": 50,
            "max_value": 100,
            "min_color": LOW,
            "mid_color": MIDDLE,
            "max_color": HIGH,
        },
    )
    page.sheet.autofilter(_HEADER, 1, last_row, last_column + 1)
    page.tabulate(_HEADER, frozen_columns=4)


def _write_card(page: Page, card: PartnerCard, row: int, group: tuple[str, ...]) -> None:
    unsure = () if card.is_ranked else ("unsure",)
    page.text(row, 1, card.motion or "unknown", "cell", *unsure, *group)
    if card.rank_in_motion is None:
        page.text(row, 2, "-", "cell", "said", *group)
    else:
        page.number(row, 2, card.rank_in_motion, "0", "cell", "strong", *group)
    page.text(row, 3, card.partner_name, "cell", "strong", *unsure, *group)
    page.text(row, 4, card.tier or "unknown", "cell", *unsure, *group)
    page.text(row, 5, card.region or "unknown", "cell", *unsure, *group)
    write_score(page, row, 6, card.total_score, "strong", *unsure, *group)
    page.text(row, 7, card.grade or "-", "cell", "right", *unsure, *group)
    for column, points in (
        (8, card.total_change),
        (9, card.change_from_scores),
        (10, card.change_from_weights),
    ):
        write_points(page, row, column, points, *unsure, *group)


def _write_kpi(
    page: Page,
    facts: Facts,
    card: PartnerCard,
    line: Line | None,
    row: int,
    column: int,
    group: tuple[str, ...],
) -> None:
    if line is None:
        page.text(row, column, "not on card", "cell", "said", *group)
    elif line.score is None:
        state = describe_state(line.value_state, line.statistic, facts.definitions[line.kpi_code].entity)
        page.text(row, column, state or "no target", "cell", "said", *group)
    else:
        unsure = () if card.is_ranked and line.is_reliable else ("unsure",)
        write_score(page, row, column, line.score, *unsure, *group)


def _write_reason(page: Page, card: PartnerCard, row: int, column: int, group: tuple[str, ...]) -> None:
    reason = ""
    if card.total_score is None:
        reason = f"no total: {card.weight_present:.0%} of the weight has a value"
    elif not card.is_ranked:
        reason = f"not ranked: {card.weight_reliable:.0%} of the weight is reliable"
    page.text(row, column, reason, "cell", "note", *group)
