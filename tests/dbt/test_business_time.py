"""Business time: the models' places on a calendar's axis against a loop over the minutes of a week or two.

The SQL is dbt's own, rendered without dbt (`mechanism.Models`). The loop knows nothing of stretches, offsets or
axes: it asks zoneinfo what the clocks on the wall show at each minute, and the hours and holidays whether that is
open.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mechanism import Models

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
# The models look two years past the run's date; the test lets them look so far past the start.
LOOK_AHEAD = dt.timedelta(days=21)
WEEK = 7 * 1440
# Zones that change their clocks by an hour, by half an hour, never, on odd offsets, at other times of the year.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
         "Pacific/Auckland", "Africa/Casablanca", "Etc/UTC")  # fmt: skip
# Days around which the clocks of some of these zones are changed.
CHANGES = (dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 3, 8), dt.date(2026, 11, 1),
           dt.date(2026, 4, 5), dt.date(2026, 10, 4), dt.date(2026, 2, 15), dt.date(2026, 7, 1))  # fmt: skip

INPUTS = """
create table int_run_parameters (as_of_date date);
create table stg_policy__business_hours (
    calendar_id varchar, opens_minute bigint, closes_minute bigint, time_zone varchar
);
create table stg_policy__business_holidays (calendar_id varchar, first_date date, last_date date);
create table stg_support__tickets (opened_at timestamp);
create table stg_prm__deal_registrations (submitted_at timestamp);
create table stamps (calendar_id varchar, started_at timestamp, stopped_at timestamp, open_minutes bigint);
"""
QUESTION = """
with started as (
    select
        stamps.*,
        {{ business_place('stamps.started_at') }} as place,
        {{ business_place('stamps.started_at') }} + 60 * stamps.open_minutes as due_place
    from stamps
    asof left join {{ ref('int_business_stretches') }} as stretches
        on stamps.calendar_id = stretches.calendar_id and stamps.started_at >= stretches.opens_at
),
stopped as (
    select started.*, {{ business_place('started.stopped_at') }} - started.place as business_seconds
    from started
    asof left join {{ ref('int_business_stretches') }} as stretches
        on started.calendar_id = stretches.calendar_id and started.stopped_at >= stretches.opens_at
)
select stopped.business_seconds, {{ business_stamp('stopped.due_place') }} as due_at
from stopped
asof left join {{ ref('int_business_stretches') }} as stretches
    on stopped.calendar_id = stretches.calendar_id and stopped.due_place > stretches.seconds_before
"""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Hours as (opens, closes) in minutes from Sunday 00:00, never overlapping, and the dates without any."""

    time_zone: str
    hours: tuple[tuple[int, int], ...]
    holidays: frozenset[dt.date]

    def is_open(self, stamp: dt.datetime) -> bool:
        """Whether the clocks on the wall show an open minute at this UTC time without a zone."""
        shown = stamp.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.time_zone))
        minute = shown.isoweekday() % 7 * 1440 + shown.hour * 60 + shown.minute
        is_within = any(opens <= minute < closes for opens, closes in self.hours)
        return is_within and shown.date() not in self.holidays


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Whole weeks, or up to eight stretches anywhere in one, on quarter hours; up to three holidays near a change."""
    if draw(st.booleans()) and draw(st.booleans()):
        hours: tuple[tuple[int, int], ...] = ((0, WEEK),)
    else:
        marks = draw(st.lists(st.integers(0, WEEK // 15), min_size=2, max_size=16, unique=True))
        edges = sorted(15 * mark for mark in marks[: len(marks) // 2 * 2])
        hours = tuple(zip(edges[::2], edges[1::2], strict=True))
    day = draw(st.sampled_from(CHANGES))
    holidays = draw(st.frozensets(st.integers(-3, 3).map(lambda days: day + days * DAY), max_size=3))
    return Calendar(time_zone=draw(st.sampled_from(ZONES)), hours=hours, holidays=holidays)


def near_changes() -> st.SearchStrategy[dt.datetime]:
    """A minute within three days of a change of clocks."""
    return st.builds(
        lambda day, minutes: dt.datetime.combine(day, dt.time()) + minutes * MINUTE,
        st.sampled_from(CHANGES),
        st.integers(-3 * 1440, 4 * 1440),
    )


BERLIN_NIGHTS = Calendar(time_zone="Europe/Berlin", hours=((90, 150), (1200, 1440)), holidays=frozenset())
ALWAYS_BERLIN = Calendar(time_zone="Europe/Berlin", hours=((0, WEEK),), holidays=frozenset({dt.date(2026, 10, 26)}))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendar=calendars(), start=near_changes(), length=st.integers(0, 8 * 1440), target=st.integers(1, 3000))
@example(calendar=BERLIN_NIGHTS, start=dt.datetime(2026, 3, 29, 0, 0), length=600, target=60)
@example(calendar=BERLIN_NIGHTS, start=dt.datetime(2026, 10, 24, 23, 0), length=600, target=90)
@example(calendar=ALWAYS_BERLIN, start=dt.datetime(2026, 10, 24, 12, 0), length=4000, target=2000)
def test_business_time_is_the_number_of_minutes_in_which_the_calendar_is_open(
    calendar: Calendar, start: dt.datetime, length: int, target: int
) -> None:
    """Seconds between two stamps are sixty for each open minute; a due time is the end of the last minute it takes."""
    stop = start + length * MINUTE
    seconds, due_at = ask(calendar, start, stop, target)
    assert seconds == 60 * sum(calendar.is_open(start + minute * MINUTE) for minute in range(length))
    assert due_at == due_by_the_minute(calendar, start, target)


def ask(calendar: Calendar, start: dt.datetime, stop: dt.datetime, target: int) -> tuple[int, dt.datetime | None]:
    """Business seconds from start to stop, and when so many open minutes after the start are over, by the models."""
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(INPUTS)
        as_of = last_date(start).replace(year=last_date(start).year - 2)
        connection.execute("insert into int_run_parameters values (?)", [as_of])
        connection.execute("insert into stg_support__tickets values (?)", [start])
        for opens, closes in calendar.hours:
            connection.execute(
                "insert into stg_policy__business_hours values ('some', ?, ?, ?)", [opens, closes, calendar.time_zone]
            )
        for holiday in calendar.holidays:
            connection.execute("insert into stg_policy__business_holidays values ('*', ?, ?)", [holiday, holiday])
        connection.execute("insert into stamps values ('some', ?, ?, ?)", [start, stop, target])
        models = Models(connection)
        row = connection.execute(models.render(QUESTION)).fetchone()
    assert row is not None
    return int(row[0]), row[1]


def last_date(start: dt.datetime) -> dt.date:
    """The date at whose beginning the models' calendars end."""
    return start.date() + LOOK_AHEAD


def due_by_the_minute(calendar: Calendar, start: dt.datetime, target: int) -> dt.datetime | None:
    """When the last of so many open minutes is over; None where they are not over by the end of what is looked at."""
    left, stamp = target, start
    while left and stamp < dt.datetime.combine(last_date(start), dt.time()):
        left -= calendar.is_open(stamp)
        stamp += MINUTE
    return None if left else stamp
