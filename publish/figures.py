"""Numbers, states and reasons in the words that people read; shared by everything that shows a value.

A value that does not exist is said in words, never written as 0. Cell formats of the workbook are in
`publish.workbook`.
"""

import datetime as dt
import re
from decimal import Decimal

from publish.catalogue import KpiDefinition

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WITHOUT_CENTS_FROM = 10_000
_PERCENTILE = re.compile(r"(?P<naive>naive_)?p(?P<percent>\d+)")
_INCIDENCE = re.compile(r"incidence_(?P<horizon>\d+)(?P<unit>[a-z]+)")
# Units of a horizon, as the mechanism abbreviates them in the name of the statistic.
_HORIZON_UNITS = {"d": "days", "bm": "business minutes", "m": "minutes", "s": "seconds"}
_NAMED_PERCENTILES = {"25": "first quartile", "50": "median", "75": "third quartile"}
_EXCLUSIONS = {
    "test_record": "marked as a test",
    "deleted_at_source": "deleted in the source, or no longer in its newest delivery",
    "merged_into_other": "merged into another record",
    "outside_population": "not of the kind that this KPI counts",
    "missing_fx_rate": "no exchange rate for its currency within seven days",
    "missing_amount": "no amount",
    "no_event_date": "no date that places it",
    "stop_before_start": "ended before it began",
    "before_history": "began before the source's history does",
    "closed_in_future": "closes after the business date",
    "after_observation": "began after its source was last delivered",
}


def unit_of(definition: KpiDefinition, statistic: str) -> str:
    """Unit of one statistic: an incidence is a share, a percentile a duration, whatever the KPI's unit."""
    if _INCIDENCE.fullmatch(statistic):
        return "share"
    if _PERCENTILE.fullmatch(statistic):
        return f"{definition.duration_unit or 'day'}s".replace("_", " ")
    return definition.unit


def is_higher_better(definition: KpiDefinition, statistic: str) -> bool | None:
    """Whether more is better of this statistic; None where neither is."""
    if _INCIDENCE.fullmatch(statistic):
        return True
    if _PERCENTILE.fullmatch(statistic):
        return False
    return {"higher": True, "lower": False}.get(definition.direction or "")


def describe_statistic(statistic: str) -> str:
    """A statistic as a phrase; empty for the plain value."""
    if incidence := _INCIDENCE.fullmatch(statistic):
        return f"within {_horizon(incidence)}"
    if percentile := _PERCENTILE.fullmatch(statistic):
        name = _NAMED_PERCENTILES.get(percentile["percent"], f"{percentile['percent']} % done")
        return f"{name} of the finished ones" if percentile["naive"] else name
    return "" if statistic == "value" else statistic.replace("_", " ")


def _horizon(incidence: re.Match[str]) -> str:
    return f"{incidence['horizon']} {_HORIZON_UNITS.get(incidence['unit'], incidence['unit'])}"


def name_measure(kpi_name: str, statistic: str, dimension: str) -> str:
    """KPI, statistic and dimension as one label, such as `Time to close, median (created)`."""
    phrase = describe_statistic(statistic)
    name = f"{kpi_name}, {phrase}" if phrase else kpi_name
    return f"{name} ({dimension.replace('_', ' ')})" if dimension else name


def describe_state(
    state: str, statistic: str, entity: str, lower_bound: float | None = None, unit: str = "days"
) -> str:
    """Why a value is missing, or what to know about one that is there; empty for `ok`.

    `lower_bound` is what a median that was not reached is known to exceed, in `unit`, that of its durations.
    """
    if state == "median_not_reached":
        phrase = describe_statistic(statistic) or "value"
        return f"{phrase} not reached" + (f", over {lower_bound:,.0f} {unit}" if lower_bound else "")
    if state == "horizon_not_reached":
        incidence = _INCIDENCE.fullmatch(statistic)
        return f"{_horizon(incidence)} not over" if incidence else "too early to tell"
    return {
        "ok": "",
        "no_denominator": f"no {plural(entity)}",
        "partial_period": "period not over",
        "stale_source": "source not up to date",
        "not_applicable": "not applicable",
        "left_card": "no longer on the card",
    }.get(state, state.replace("_", " "))


def describe_exclusion(reason: str) -> str:
    """Why a row was left out, in words."""
    return _EXCLUSIONS.get(reason, reason.replace("_", " "))


def plural(entity: str) -> str:
    """The plural of an entity's name, with blanks: `deal_registration` gives `deal registrations`."""
    return f"{entity.replace('_', ' ')}s"


def format_figure(value: float | Decimal | None, unit: str, currency: str | None = None) -> str:
    """A number with its unit; `-` for none (say its state beside)."""
    if value is None:
        return "-"
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "money":
        return f"{currency or ''} {value:,.{2 if has_cents(value) else 0}f}".strip()
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return number if unit == "count" else f"{number} {unit}"


def has_cents(amount: float | Decimal) -> bool:
    """Whether an amount is shown with its cents: a small one that has some."""
    return abs(float(amount)) < _WITHOUT_CENTS_FROM and not float(amount).is_integer()


def format_date(date: dt.date | None) -> str:
    """`31 Aug 2026`, whatever the machine's language; `-` for none."""
    return "-" if date is None else f"{date.day} {MONTHS[date.month - 1]} {date.year}"
