"""Open seconds of a calendar by plain loops over minutes, with the zones of the standard library.

Hours and holidays are those of `seeds/reference`. Slow on purpose: every minute between two moments is asked
whether the office is open.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

REFERENCE = Path(__file__).resolve().parents[1] / "seeds" / "reference"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTE = timedelta(minutes=1)
Interval = tuple[str, str]


@cache
def read_hours(calendar: str) -> tuple[dict[int, tuple[int, int]], ZoneInfo]:
    """Opening and closing minute of each weekday, and the zone."""
    hours, zone = {}, ""
    for row in csv.DictReader((REFERENCE / "business_hours.csv").open(encoding="utf-8")):
        if row["calendar_id"] == calendar:
            (day, opens), (_, closes) = row["opens"].split(), row["closes"].split()
            hours[WEEKDAYS.index(day)] = (_minute(opens), _minute(closes))
            zone = row["time_zone"]
    return hours, ZoneInfo(zone)


@cache
def read_holidays(calendar: str) -> frozenset[date]:
    """Every day on which it stays closed."""
    days = set()
    for row in csv.DictReader((REFERENCE / "business_holidays.csv").open(encoding="utf-8")):
        if row["calendar_id"] == calendar:
            first = date.fromisoformat(row["first_date"])
            last = date.fromisoformat(row["last_date"] or row["first_date"])
            days |= {first + timedelta(days=nth) for nth in range((last - first).days + 1)}
    return frozenset(days)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def is_open(moment: datetime, calendar: str) -> bool:
    """Whether the office is open in the minute that begins at a moment (UTC)."""
    hours, zone = read_hours(calendar)
    local = moment.astimezone(zone)
    if local.date() in read_holidays(calendar):
        return False
    opens, closes = hours.get(local.weekday(), (0, 0))
    return opens <= local.hour * 60 + local.minute < closes


def count_open_seconds(start: str, stop: str, calendar: str) -> int:
    """Open seconds between two moments on full minutes; all of them for the calendar `none`."""
    now, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, stop))
    if calendar == "none":
        return int((end - now).total_seconds())
    seconds = 0
    while now < end:
        seconds += 60 * is_open(now, calendar)
        now += MINUTE
    return seconds


@cache
def _open_stretch(day: date, calendar: str) -> tuple[float, float] | None:
    """The stretch of a local day in which it is open, in seconds since 1970."""
    hours, zone = read_hours(calendar)
    if day.weekday() not in hours or day in read_holidays(calendar):
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    opens, closes = (midnight.replace(hour=minute // 60, minute=minute % 60) for minute in hours[day.weekday()])
    return opens.timestamp(), closes.timestamp()


def count_seconds(start: int, stop: int, calendar: str) -> int:
    """The same to the second, for many tickets, day by day; start and stop in seconds since 1970."""
    if calendar == "none":
        return stop - start
    _, zone = read_hours(calendar)
    day, last = (datetime.fromtimestamp(at, zone).date() for at in (start, stop))
    seconds = 0.0
    while day <= last:
        stretch = _open_stretch(day, calendar)
        if stretch:
            seconds += max(0.0, min(stop, stretch[1]) - max(start, stretch[0]))
        day += timedelta(days=1)
    return int(seconds)
