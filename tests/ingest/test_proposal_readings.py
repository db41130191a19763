"""Formats are proven by values, or asked: what a column's texts can and cannot tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.contracts import Column, load_contracts
from ingest.proposal.forms import Reading
from ingest.proposal.names import load_vocabulary
from ingest.proposal.readings import read_values
from ingest.proposal.sample import SourceColumn

CONTRACTS = load_contracts()
WORDS = load_vocabulary(CONTRACTS).words
DEALS = CONTRACTS.exports["crm.opportunities"]
DATE, TIME, AMOUNT = DEALS.column("close_date"), DEALS.column("created_at"), DEALS.column("amount")
SHARE = DEALS.column("probability")


def read(column: Column, *values: str) -> Reading:
    source = SourceColumn(header="x", rows=len(values), filled=len(values), values=tuple(dict.fromkeys(values)))
    return read_values(column, source, WORDS)


@pytest.mark.parametrize(
    ("values", "format_"),
    [
        (("2026-08-31", "2026-01-02"), "iso"),
        (("2026-08-31T00:00:00Z",), "iso_timestamp"),
        (("2026-8-31", "2026-12-01"), "iso_unpadded"),
        (("31/08/2026", "01/02/2026"), "%d/%m/%Y"),
        (("08/31/2026", "01/02/2026"), "%m/%d/%Y"),
        (("31.08.2026", "1.2.2026"), "%d.%m.%Y"),
        (("13-01-99", "01-02-98"), "%d-%m-%y"),
        (("2026/08/31",), "%Y/%m/%d"),
        (("20260831",), "%Y%m%d"),
        (("31-Aug-2026", "01-May-2026"), "%d-%b-%Y"),
        (("August 31, 2026", "January 1, 2026"), "%B %d, %Y"),
        (("31/08/2026 14:05",), "%d/%m/%Y %H:%M"),
        (("8/31/2026 2:05:00 PM",), "%m/%d/%Y %I:%M:%S %p"),
    ],
)
def test_a_date_that_its_values_prove(values: tuple[str, ...], format_: str) -> None:
    """One format fits every value, and only one."""
    reading = read(DATE, *values)
    assert (reading.format, reading.is_open, reading.share) == (format_, False, 1.0)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1990, 2030)), min_size=1))
def test_day_or_month_first_is_never_guessed(days: list[tuple[int, int, int]]) -> None:
    """Without a day above 12 there is no format, only the two to choose from."""
    reading = read(DATE, *(f"{one:02}/{two:02}/{year}" for one, two, year in days))
    assert (reading.format, reading.is_open) == (None, True)
    assert reading.choices == ('format: "%d/%m/%Y"', 'format: "%m/%d/%Y"')


@given(st.lists(st.dates(min_value=date(1990, 1, 1), max_value=date(2035, 12, 31)), min_size=1), st.booleans())
def test_a_guessed_order_reads_every_date_back(days: list[date], day_first: bool) -> None:
    """Whatever is proposed as sure is what the dates were written with."""
    written = "%d.%m.%Y" if day_first else "%m.%d.%Y"
    reading = read(DATE, *(day.strftime(written) for day in days))
    assert reading.is_open or reading.format == written
    assert reading.is_open == all(day.day <= 12 for day in days)


def test_both_orders_at_once_are_no_date() -> None:
    """13/01 and 01/13 cannot be one format."""
    assert read(DATE, "13/01/2026", "01/13/2026").share == 0


@given(st.lists(st.integers(10**9, 2 * 10**9), min_size=1), st.booleans())
def test_seconds_are_told_from_milliseconds(seconds: list[int], in_milliseconds: bool) -> None:
    """By their digits; 0 is no time."""
    texts = [str(each * 1000 + 7 if in_milliseconds else each) for each in seconds]
    reading = read(TIME, *texts, "0")
    assert reading.format == ("epoch_ms" if in_milliseconds else "epoch_s")
    assert reading.sentinels == ("0",)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("2026-08-31T10:00:00Z",), {"format": "iso"}),
        (("2026-08-31T10:00:00+02:00",), {"format": "iso"}),
        (("2026-08-31 10:00:00",), {"format": "iso", "zone": "UTC"}),
        (("2026-08-31 9:00:00",), {"format": "iso_unpadded", "zone": "UTC"}),
        (("31/08/2026 10:00",), {"format": "%d/%m/%Y %H:%M", "zone": "UTC"}),
    ],
)
def test_a_time_says_its_zone(values: tuple[str, ...], said: dict[str, str]) -> None:
    """Where no zone is written one is proposed, and doubted."""
    reading = read(TIME, *values)
    assert reading.said == said
    assert bool(reading.doubts) == ("zone" in said)


def test_a_date_is_no_time() -> None:
    """A time of day is not made up: a timestamp column does not take bare dates."""
    assert read(TIME, "2026-08-31").share == 0
    assert read(TIME, "31/08/2026").share == 0


def test_a_date_column_would_lose_the_time_of_day() -> None:
    """It fits less than a timestamp does, unless it is always midnight."""
    assert read(DATE, "2026-08-31T10:00:00Z").share < read(DATE, "2026-08-31T00:00:00.000Z").share == 1


def test_dates_that_mean_nothing_are_sentinels() -> None:
    """`0000-00-00` does not hinder the format of the others."""
    reading = read(DATE, "2026-08-31", "0000-00-00", "9999-12-31")
    assert (reading.format, reading.sentinels) == ("iso", ("0000-00-00", "9999-12-31"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("1234.5", "-7"), {"format": "decimal"}),
        (("1,234.50", "7"), {"format": "decimal", "thousands": ","}),
        (("1.234,50", "7"), {"format": "decimal", "thousands": ".", "decimal": ","}),
        (("1234,5", "7,25"), {"format": "decimal", "decimal": ","}),
        (("1,234,567",), {"format": "decimal", "thousands": ","}),
        (("1.234.567", "1.000"), {"format": "decimal", "thousands": ".", "decimal": ","}),
        (("1 234,50",), {"format": "decimal", "thousands": " ", "decimal": ","}),
        (("1'234.50",), {"format": "decimal", "thousands": "'"}),
        (("12.5", "N/A"), {"format": "decimal", "sentinels": ["N/A"]}),
    ],
)
def test_numbers_say_their_marks(values: tuple[str, ...], said: dict[str, object]) -> None:
    """Decimal mark and thousands follow from the values."""
    reading = read(AMOUNT, *values)
    assert (reading.said, reading.share, reading.is_open) == (said, 1.0, False)


@pytest.mark.parametrize("values", [("1,234",), ("1.234", "12.500"), ("1,234", "999")])
def test_one_group_of_three_may_be_either(values: tuple[str, ...]) -> None:
    """1,234 is a thousand or a little more than one: asked."""
    reading = read(AMOUNT, *values)
    assert reading.is_open and len(reading.choices) == 2


def test_a_currency_sign_is_left_out_and_asked() -> None:
    """`$1,200.50` is read; what the dollar is, is a doubt."""
    reading = read(AMOUNT, "$1,200.50", "$7.00")
    assert reading.regex is not None and reading.thousands == ","
    assert "$" in reading.doubts[0]


@pytest.mark.parametrize(
    ("values", "format_", "doubted"),
    [
        (("10", "60", "100"), "percent", False),
        (("0.1", "0.6", "1"), "decimal", False),
        (("10%", "60%"), "percent", False),
        (("0", "1"), "decimal", True),
        (("10", "1000"), "percent", True),
    ],
)
def test_a_fraction_may_be_written_in_per_cent(values: tuple[str, ...], format_: str, doubted: bool) -> None:
    """What is above 1 is per cent; only 0 and 1, or more than 100, is doubted."""
    reading = read(SHARE, *values)
    assert (reading.format, bool(reading.doubts)) == (format_, doubted)


def test_whole_hundreds_may_be_cents() -> None:
    """Cents cannot be told from whole amounts: the format stays, with a doubt."""
    reading = read(AMOUNT, *(str(number * 100) for number in range(10, 20)))
    assert reading.format == "decimal" and "cents" in reading.doubts[0]


@pytest.mark.parametrize(
    ("column", "values", "format_"),
    [
        ("opportunity_id", ("0065g00000z5BANAA2", "0065g00000z5DE6"), "salesforce_id"),
        ("opportunity_id", ("0065g00000z5BANXXX",), None),
        ("name", ("Alpha", "Beta"), None),
    ],
)
def test_ids_of_salesforce_are_told_by_their_check(column: str, values: tuple[str, ...], format_: str | None) -> None:
    """18 characters with the right check, or 15."""
    assert read(DEALS.column(column), *values).format == format_


def test_domains_and_duns() -> None:
    """They are read as what the contract calls them; one host for all rows is not the rows' own."""
    accounts = CONTRACTS.exports["crm.accounts"]
    assert read(accounts.column("web_domain"), "https://a.com/x", "b.org").share == 1
    assert read(accounts.column("web_domain"), "https://api.com/1", "https://api.com/2").share < 0.6
    assert read(accounts.column("duns"), "12-345-6789").format == "duns"


def test_an_empty_column_tells_no_format() -> None:
    """Texts and booleans need none; a date waits for an answer."""
    assert not read(DEALS.column("name")).is_open
    assert read(DATE).is_open


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_texts_are_read_without_an_error(values: list[str]) -> None:
    """Whatever stands in a column, there is an answer for each logical type."""
    cells = [value.strip() for value in values if value.strip()]
    for column in (DATE, TIME, AMOUNT, SHARE, DEALS.column("is_won"), DEALS.column("term_months")):
        assert 0 <= read(column, *cells).share <= 1


def test_two_digit_years_within_a_month_are_asked() -> None:
    """25/12/24 may begin with the year."""
    assert read(DATE, "25/12/24").is_open
    start = datetime(2026, 1, 1)
    days = [(start + timedelta(days=number)).strftime("%d/%m/%y") for number in range(20)]
    assert read(DATE, *days).is_open
