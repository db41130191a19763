"""How the workbook looks: one palette, one set of cell styles, formats of numbers by unit.

Blue is good and orange is bad, which also readers without red and green vision tell apart; arrows and words
say the same once more. What stands in which cell is the sheets' business.
"""

from typing import Any

from publish.figures import has_cents

INK, MUTED, FAINT, RULE = "#1B2A41", "#66707F", "#9AA3AF", "#D5DAE1"
BAND, TILE, WARNING = "#EEF2F6", "#F6F8FA", "#FFF4E5"
BLUE, ORANGE = "#1F6FB2", "#B45309"
BAR, PAST = "#A9CCE8", "#A9B4C2"
# Fills of a score: under 25, under 50, under 75, and up.
SCORE_BANDS = ("#F3B07C", "#FBE3CF", "#DCEAF5", "#9CC5E6")
# Lines of a chart: the colours of Okabe and Ito that stay apart in grey, the programme's in ink.
SERIES = (INK, "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")

STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 20, "bold": True},
    "subtitle": {"font_color": MUTED, "bottom": 5, "bottom_color": BLUE, "valign": "top"},
    "section": {"font_size": 12, "bold": True},
    "header": {
        "bold": True,
        "font_size": 10,
        "font_color": MUTED,
        "text_wrap": True,
        "valign": "bottom",
        "bottom": 1,
        "bottom_color": INK,
    },
    "cell": {"bottom": 1, "bottom_color": RULE},
    "left": {"align": "left", "indent": 1},
    "right": {"align": "right"},
    "center": {"align": "center"},
    "wrapped": {"text_wrap": True},
    "strong": {"bold": True},
    "small": {"font_size": 9},
    "muted": {"font_color": MUTED},
    "unsure": {"font_color": FAINT, "italic": True, "bold": False},
    "said": {"font_color": FAINT, "italic": True, "align": "right", "font_size": 9, "shrink": True},
    "good": {"font_color": BLUE},
    "bad": {"font_color": ORANGE},
    "group": {"top": 1, "top_color": INK},
    "words": {
        "bg_color": BAND,
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        "left": 5,
        "left_color": BLUE,
    },
    "warning": {
        "bg_color": WARNING,
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        "left": 5,
        "left_color": ORANGE,
    },
    "tile": {"bg_color": TILE, "align": "left", "indent": 1},
    "tile_main": {"bg_color": INK, "font_color": "#FFFFFF", "align": "left", "indent": 1},
    "tile_name": {"bold": True, "font_size": 10},
    "tile_score": {"bold": True, "font_size": 26},
    "tile_note": {"font_size": 10, "valign": "top"},
    **{f"score_{band}": {"bg_color": color} for band, color in enumerate(SCORE_BANDS)},
}
_BASE = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"}


class Look:
    """The formats of one workbook; equal ones are made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, *styles: str, num_format: str | None = None) -> Any:
        """The format of these styles together, later ones first."""
        properties = dict(_BASE)
        for style in styles:
            properties |= STYLES[style]
        if num_format is not None:
            properties["num_format"] = num_format
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def number_format(unit: str, value: float, currency: str | None) -> str:
    """Excel's format for a value: shares as per cent, amounts from ten thousand without cents, days named."""
    if unit == "share":
        return "0.0%"
    if unit == "money":
        prefix = f'"{currency} "' if currency and currency.isalnum() else ""
        return prefix + ("#,##0.00" if has_cents(value) else "#,##0")
    if unit == "count":
        return "#,##0" if float(value).is_integer() else "#,##0.0"
    named = _named(unit, value)
    return f"#,##0{named}" if named else "#,##0.0"


def _named(unit: str, value: float) -> str:
    """The unit behind a number, in the singular for one of it."""
    return f' "{unit.removesuffix("s") if abs(value) == 1 else unit}"' if unit.replace(" ", "").isalnum() else ""


def change_of(unit: str, now: float, then: float) -> tuple[float, str]:
    """A change as shown, and its format: shares in points, durations in their unit, the rest relative."""
    if unit == "share":
        return round((now - then) * 100, 1), _signed('0.0 "pp"')
    if unit not in ("money", "count"):
        return round(now - then), _signed(f"#,##0{_named(unit, round(now - then))}")
    if then == 0:
        return round(now - then), _signed("#,##0")
    return round((now - then) / abs(then), 2), _signed("0%")


def _signed(number: str) -> str:
    return f"▲ {number};▼ {number};{number}"


POINTS = _signed("0.0")
SCORE = "0"


def score_band(score: float) -> str:
    """The style that fills a cell with the colour of its score."""
    return f"score_{min(int(score // 25), len(SCORE_BANDS) - 1)}"
