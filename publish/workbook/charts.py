"""The charts of the workbook, all over ranges of the sheet Trends.

Titles and names are texts or cells; one that came from data and began with `=` would be taken for a formula.
"""

from collections.abc import Sequence
from typing import Any

from publish.workbook.facts import Measure
from publish.workbook.look import INK, MUTED, PAST, RULE, SERIES
from publish.workbook.page import Page
from publish.workbook.trends import Trends

_AXIS = {"num_font": {"color": MUTED, "size": 9, "name": "Calibri"}, "line": {"color": RULE}}
_PIXELS_PER_ROW = 24
# So that the bars of one row do not touch the row above.
_HEADROOM = 1.25


def draw_scores(page: Page, trends: Trends, keys: Sequence[tuple[str, str]], title: str) -> Any:
    """A line per card, the first in ink and bold."""
    chart = page.book.add_chart({"type": "line"})
    for key, color in zip(keys, SERIES, strict=False):
        is_first = key == keys[0]
        chart.add_series(
            {
                "name": trends.name(key),
                "categories": trends.months,
                "values": trends.scores(key),
                "line": {"color": color, "width": 2.75 if is_first else 1.5},
                "marker": {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}}
                if is_first
                else {"type": "none"},
            }
        )
    chart.set_y_axis({**_AXIS, "min": 0, "max": 100, "major_unit": 25, "major_gridlines": _GRID, "num_format": "0"})
    return _finish(chart, title)


def draw_columns(page: Page, values: list[object], months: list[object], title: str) -> Any:
    """A column per month."""
    chart = page.book.add_chart({"type": "column"})
    chart.add_series({"values": values, "categories": months, "fill": {"color": SERIES[1]}, "gap": 60, "name": title})
    chart.set_y_axis({**_AXIS, "major_gridlines": _GRID, "num_format": "#,##0", "min": 0})
    chart = _finish(chart, title)
    chart.set_legend({"none": True})
    return chart


_GRID = {"visible": True, "line": {"color": RULE, "width": 0.5}}


def _finish(chart: Any, title: str) -> Any:
    chart.set_title(
        {
            "name": title,
            "overlay": False,
            "name_font": {"size": 11, "bold": True, "color": INK, "name": "Calibri"},
            "layout": {"x": 0.02, "y": 0.03},
        }
    )
    chart.set_x_axis({**_AXIS, "text_axis": True})
    chart.set_legend({"position": "bottom", "font": {"color": MUTED, "size": 9, "name": "Calibri"}})
    chart.set_chartarea({"border": {"color": RULE}, "fill": {"color": "#FFFFFF"}})
    chart.set_plotarea({"fill": {"none": True}})
    chart.show_blanks_as("gap")
    return chart


def place_chart(page: Page, chart: Any, place: tuple[int, int], *, width: int, rows: int) -> None:
    """Put a chart over cells: `width` in pixels, height in rows of the usual height."""
    chart.set_size({"width": width, "height": rows * _PIXELS_PER_ROW})
    page.sheet.insert_chart(*place, chart, {"object_position": 2, "x_offset": 2, "y_offset": 4})


def draw_sparkline(page: Page, row: int, column: int, trends: Trends, measure: Measure) -> None:
    """Twelve months in a cell, the last one marked."""
    page.text(row, column, "", "cell")
    if (source := trends.sparkline(measure)) is not None:
        page.sheet.add_sparkline(
            row,
            column,
            {
                "range": source,
                # Columns: LibreOffice draws no lines here when it prints.
                "type": "column",
                "min": min(0.0, trends.extremes[measure][0]),
                "max": trends.extremes[measure][1] * _HEADROOM or 1,
                "series_color": PAST,
                "last_point": True,
                "last_color": SERIES[1],
                "empty_cells": "gaps",
            },
        )
