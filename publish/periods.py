"""Windows of time as people write them: `2026-08`, `2026-Q3`, `ttm-2026-08`, `fytd-2026-08`, `all`.

A window is named by its end, because twelve-month and year-to-date windows share starts.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

import duckdb

from publish.errors import UnclearQuestionError
from publish.nearest import nearest
from publish.segments import Segment

_MONTH = re.compile(r"(?:(?P<prefix>ttm|fytd)-)?(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])", re.IGNORECASE)
_TYPES = {None: "month", "ttm": "trailing_12m", "fytd": "fiscal_ytd"}
_PREFIXES = {"trailing_12m": "ttm-", "fiscal_ytd": "fytd-"}
ALL_TIME = "all_time"
WAYS_TO_WRITE = "Write a month as 2026-08, a quarter as 2026-Q3, or ttm-2026-08, fytd-2026-08, all."


@dataclass(frozen=True, kw_only=True)
class Period:
    """A window that values exist for; `start` and `end` are its first and last day, inclusive."""

    period_type: str
    start: dt.date
    end: dt.date

    @property
    def code(self) -> str:
        """As a person would write it."""
        return period_code(self.period_type, self.end)


def period_code(period_type: str, end: dt.date) -> str:
    """The written form of a window by its type and last day."""
    if period_type == ALL_TIME:
        return "all"
    if period_type == "quarter":
        return f"{end.year}-Q{(end.month + 2) // 3}"
    return f"{_PREFIXES.get(period_type, '')}{end:%Y-%m}"


def parse_period(text: str) -> tuple[str, dt.date | None] | None:
    """Type and last day (none for all time) of a written window; None where it is not written like one."""
    if text.lower() in ("all", ALL_TIME):
        return ALL_TIME, None
    if quarter := _QUARTER.fullmatch(text):
        return "quarter", _last_day(int(quarter["year"]), 3 * int(quarter["quarter"]))
    if month := _MONTH.fullmatch(text):
        return _TYPES[month["prefix"]], _last_day(int(month["year"]), int(month["month"]))
    return None


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def find_period(connection: duckdb.DuckDBPyConnection, kpi_code: str, segment: Segment, text: str) -> Period:
    """The window that `text` names and the KPI has values for. Raises UnclearQuestionError otherwise."""
    known = connection.execute(
        "select distinct period_end, period_start, period_type from marts.kpi_values "
        "where kpi_code = ? and segment_type = ? and segment_value = ? order by all desc",
        [kpi_code, segment.segment_type, segment.segment_value],
    ).fetchall()
    if not known:
        reason = f"holds no value of {kpi_code}: nothing was ever counted for it"
        raise UnclearQuestionError(segment.segment_type, segment.label, reason, [], "Ask for another.")
    codes = [period_code(period_type, end) for end, _, period_type in known]
    asked = parse_period(text)
    if asked is None:
        raise UnclearQuestionError(
            "period", text, "is not written like one; the newest here are", codes[:3], WAYS_TO_WRITE
        )
    for end, start, period_type in known:
        if period_type == asked[0] and (period_type == ALL_TIME or end == asked[1]):
            return Period(period_type=period_type, start=start, end=end)
    reason = f"has no value of {kpi_code} for {segment.label}; the nearest are"
    raise UnclearQuestionError("period", text, reason, nearest(text, codes) or codes[:3], "Ask for one of these.")
