"""Cells that show a KPI's value, its score and its change, the same on every sheet.

A value that is not reliable is grey, one that does not exist is its state in words.
"""

from publish.catalogue import KpiDefinition
from publish.figures import describe_state, is_higher_better, unit_of
from publish.workbook.facts import Line, Value
from publish.workbook.look import POINTS, SCORE, change_of, number_format
from publish.workbook.page import Page

# Row and column of a cell.
Place = tuple[int, int]
_NO_DATA = "no data"


def write_value(
    page: Page,
    place: Place,
    definition: KpiDefinition,
    value: Value | Line | None,
    *styles: str,
    currency: str,
) -> None:
    """A value in its unit; `currency` is that of amounts."""
    if value is None:
        page.text(*place, _NO_DATA, "cell", "said")
    elif value.value is None:
        state = describe_state(value.value_state, value.statistic, definition.entity)
        page.text(*place, state or _NO_DATA, "cell", "said")
    else:
        form = number_format(unit_of(definition, value.statistic), value.value, currency)
        page.number(*place, value.value, form, "cell", *styles, *(() if value.is_reliable else ("unsure",)))


def write_bound(page: Page, place: Place, unit: str, bound: float | None, *, currency: str) -> None:
    """A target or a floor in the unit of its measure."""
    if bound is None:
        page.text(*place, "no target", "cell", "said")
    else:
        page.number(*place, bound, number_format(unit, bound, currency), "cell", "muted")


def write_change(page: Page, place: Place, definition: KpiDefinition, now: Value | None, then: Value | None) -> None:
    """The change between two values of one measure: blue for the better, orange for the worse."""
    if now is None or then is None:
        page.text(*place, _NO_DATA, "cell", "said")
        return
    if now.value is None or then.value is None:
        page.text(*place, "not comparable", "cell", "said")
        return
    change, form = change_of(unit_of(definition, now.statistic), now.value, then.value)
    better = is_higher_better(definition, now.statistic)
    if not (now.is_reliable and then.is_reliable):
        style = "unsure"
    else:
        style = "cell" if better is None else _judge(change if better else -change)
    page.number(*place, change, form, "cell", style)


def write_points(page: Page, place: Place, points: float | None, *styles: str) -> None:
    """A change in points of a score, more being better; `-` where there is none."""
    if points is None:
        page.text(*place, "-", "cell", "said", *styles)
    else:
        shown = round(points, 1)
        page.number(*place, shown, POINTS, "cell", _judge(shown), *styles)


def write_score(page: Page, place: Place, score: float | None, *styles: str) -> None:
    """A score of 0 to 100; `-` where there is none."""
    if score is None:
        page.text(*place, "-", "cell", "said", *styles)
    else:
        page.number(*place, score, SCORE, "cell", *styles)


def _judge(improvement: float) -> str:
    return "good" if improvement > 0 else "bad" if improvement < 0 else "cell"
