"""What the workbook shows: the month, the cards, the headline values, the sources, as published.

Values only; how they are read is `publish.workbook.gathering`'s, how they look the sheets'.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

from publish.catalogue import KpiDefinition
from publish.figures import MONTHS
from publish.manifest import Manifest

# KPI code, statistic, dimension.
Measure = tuple[str, str, str]
# Measure, segment type, period type, last day of the window.
ValueKey = tuple[Measure, str, str, dt.date]


@dataclass(frozen=True, kw_only=True)
class Card:
    """The scorecard of a region, a motion or the programme in a month; scores and changes in points."""

    card_type: str
    card_value: str
    card_month: dt.date
    total_score: float | None
    grade: str | None
    weight_present: float
    total_change: float | None
    change_from_scores: float | None
    change_from_weights: float | None


@dataclass(frozen=True, kw_only=True)
class PartnerCard:
    """The scorecard of a partner in the month shown."""

    partner_id: str
    partner_name: str
    partner_type: str | None
    motion: str | None
    region: str | None
    tier: str | None
    manager: str | None
    total_score: float | None
    grade: str | None
    is_ranked: bool
    rank_in_motion: int | None
    rank_in_region: int | None
    weight_present: float
    weight_reliable: float
    total_change: float | None
    change_from_scores: float | None
    change_from_weights: float | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One KPI on a card in the month shown; the value is that of the twelve months ending with it."""

    card_type: str
    card_value: str
    kpi_code: str
    kpi_name: str
    statistic: str
    dimension: str
    value: float | None
    value_state: str
    is_reliable: bool
    target_value: float | None
    floor_value: float | None
    score: float | None
    weight: float | None
    contribution: float | None
    change_from_score: float | None
    change_from_weight: float | None

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.kpi_code, self.statistic, self.dimension


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value of everything (`all`) or of all partners, in a month or the twelve months ending with it."""

    kpi_code: str
    statistic: str
    dimension: str
    segment_type: str
    period_type: str
    period_end: dt.date
    value: float | None
    value_state: str
    ci_low: float | None
    is_reliable: bool
    currency: str | None

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.kpi_code, self.statistic, self.dimension


@dataclass(frozen=True, kw_only=True)
class Source:
    """The state of one export of one system."""

    export: str
    instance: str
    data_through: dt.date | None
    age_days: int | None
    rows_in: int | None
    rows_accepted: int | None
    rows_rejected: int | None
    rows_collapsed: int | None
    last_verdict: str
    last_as_of_date: dt.date | None
    last_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Something that somebody should act on soon; `days_left` is negative where it is overdue."""

    watch_kind: str
    partner_id: str
    partner_name: str | None
    region: str | None
    tier: str | None
    entity_id: str
    subject: str | None
    due_date: dt.date | None
    days_left: int | None
    kpi_code: str


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """What the generation was computed for."""

    as_of_date: dt.date
    known_sequence: int
    known_at: dt.datetime | None
    reporting_currency: str
    reporting_timezone: str
    fiscal_year_start: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the sheets need. `month` is the first day of the latest complete month, if there is one."""

    run: RunInfo
    manifest: Manifest | None
    month: dt.date | None
    definitions: dict[str, KpiDefinition]
    headlines: tuple[Measure, ...]
    cards: tuple[Card, ...]
    partner_cards: tuple[PartnerCard, ...]
    lines: tuple[Line, ...]
    values: dict[ValueKey, Value]
    sources: tuple[Source, ...]
    watched: tuple[Watched, ...]
    data_through: dict[str, dt.date | None]
    partner_count: int
    unclear_match_count: int

    def card(self, card_type: str, card_value: str, month: dt.date) -> Card | None:
        """The card of a month, if there is one."""
        found = (
            card
            for card in self.cards
            if (card.card_type, card.card_value, card.card_month) == (card_type, card_value, month)
        )
        return next(found, None)

    def lines_of(self, card_type: str, card_value: str) -> tuple[Line, ...]:
        """The lines of a card in the month shown, the weightiest first."""
        found = [line for line in self.lines if (line.card_type, line.card_value) == (card_type, card_value)]
        return tuple(sorted(found, key=lambda line: (-(line.weight or 0), line.measure)))

    def scope_of(self, measure: Measure) -> str:
        """`all_partners` where partners are known and the measure has values for them, else `all`."""
        if self.partner_count == 0:
            return "all"
        is_of_partners = any(key[:2] == (measure, "all_partners") for key in self.values)
        return "all_partners" if is_of_partners else "all"

    def window_of(self, measure: Measure) -> str:
        """`month` where the measure is computed by month, else the twelve months that end with it."""
        return "month" if "month" in self.definitions[measure[0]].periods else "trailing_12m"

    def value(self, measure: Measure, scope: str, period_type: str, end: dt.date) -> Value | None:
        """The value of a measure for everything or all partners in a window."""
        return self.values.get((measure, scope, period_type, end))


def month_end(month: dt.date) -> dt.date:
    """Last day of the month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_before(month: dt.date, count: int) -> dt.date:
    """First day of the month so many months earlier."""
    months = month.year * 12 + month.month - 1 - count
    return dt.date(months // 12, months % 12 + 1, 1)


def month_name(month: dt.date) -> str:
    """`Aug 2026`."""
    return f"{MONTHS[month.month - 1]} {month.year}"
