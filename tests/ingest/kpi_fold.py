"""Four KPIs of what was accepted, told in Python as KPIS defines them: a sum, a stock and two ratios. Dicts, no SQL.

Values are those of everything together, for each month and for all time: (KPI, period, first day) -> value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from accepted_fold import State, ever, fold
from sent_files import DEALS, DESK, FEEDS, FIRST_DAY, REGISTRATIONS, SAVES, Feed, Sent

MEANINGS = {"Proposal": "open", "Closed Won": "won", "Closed Lost": "lost"}
ALL_TIME = date(1900, 1, 1)
Values = dict[tuple[str, str, date], float | None]
_SOURCES = {
    "won_amount": (DEALS, SAVES),
    "open_deal_count": (DEALS, SAVES),
    "win_rate_by_count": (DEALS, SAVES),
    "registration_approval_rate": (REGISTRATIONS, DESK),
}
CODES = tuple(_SOURCES)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A deal or a registration: from when to when it was open, how it ended, and whether it counts."""

    began: date
    ended: date | None
    outcome: str
    amount: float | None = None
    counts: bool


def kpi_values(accepted: Sequence[Sent], as_of: date) -> Values:
    """The values on a business date; a KPI that nothing speaks of has none."""
    day = (as_of - FIRST_DAY).days
    deals = _deals(accepted, day, as_of)
    closed = [fact for fact in deals if fact.outcome != "open"]
    # Money that nobody stated counts nowhere; the deal does.
    won = [replace(fact, counts=fact.counts and fact.amount is not None) for fact in closed if fact.outcome == "won"]
    decided = [f for feed in (REGISTRATIONS, DESK) for f in _registrations(fold(accepted, feed, day))]
    values: Values = {}
    for code, facts, told in (
        ("won_amount", won, _sum),
        ("win_rate_by_count", closed, _share("won")),
        ("registration_approval_rate", decided, _share("approved")),
        ("open_deal_count", deals, _standing),
    ):
        values |= _in_windows(code, facts, told, accepted, as_of)
    return values


def _deals(accepted: Sequence[Sent], day: int, as_of: date) -> list[Fact]:
    """Every deal that was ever shown; one that left, or that closes in the future, does not count."""
    held, saves = fold(accepted, DEALS, day), fold(accepted, SAVES, day)
    facts = []
    for key, (_, stage, amount, created, stated) in ever(accepted, DEALS, day).items():
        outcome = MEANINGS[stage]
        ended = None if outcome == "open" else _closed_on(saves, key, stage, as_of) or date.fromisoformat(stated)
        counts = key in held and not (ended and ended > as_of)
        began = date.fromisoformat(created)
        facts.append(
            Fact(began=began, ended=ended, outcome=outcome, amount=float(amount) if amount else None, counts=counts)
        )
    return facts


def _closed_on(saves: State, key: str, stage: str, as_of: date) -> date | None:
    """The day of the first save of the last visit, where that visit is to this stage."""
    history = sorted((changed, save, to) for save, of, to, changed in saves.values() if of == key)
    visits = [(date.fromisoformat(changed), to) for changed, _, to in history if date.fromisoformat(changed) <= as_of]
    entered = None
    for changed_on, to in visits:
        if entered is None or entered[1] != to:
            entered = changed_on, to
    return entered[0] if entered and entered[1] == stage else None


def _registrations(held: State) -> list[Fact]:
    decided = [(status, at) for _, status, at, _ in held.values() if status in ("approved", "rejected")]
    return [
        Fact(began=FIRST_DAY, ended=date.fromisoformat(at) if at else None, outcome=status, counts=at != "")
        for status, at in decided
    ]


Told = Callable[[Sequence[Fact], date, date], float | None]


def _sum(facts: Sequence[Fact], start: date, end: date) -> float:
    return sum(fact.amount or 0 for fact in facts if fact.ended and start <= fact.ended <= end)


def _share(outcome: str) -> Told:
    def share(facts: Sequence[Fact], start: date, end: date) -> float | None:
        ended = [fact.outcome == outcome for fact in facts if fact.ended and start <= fact.ended <= end]
        return sum(ended) / len(ended) if ended else None

    return share


def _standing(facts: Sequence[Fact], start: date, end: date) -> float:
    return sum(fact.began <= end and not (fact.ended and fact.ended <= end) for fact in facts)


def _in_windows(code: str, facts: Sequence[Fact], told: Told, accepted: Sequence[Sent], as_of: date) -> Values:
    if not facts:
        return {}
    counting = [fact for fact in facts if fact.counts]
    placed = [fact.began if code == "open_deal_count" else fact.ended for fact in counting]
    first = min((day.replace(day=1) for day in placed if day), default=date.max)
    seen = _seen_through(_SOURCES[code], accepted, as_of)
    values: Values = {(code, "all_time", ALL_TIME): told(counting, ALL_TIME, as_of)}
    month = as_of.replace(day=1)
    while month >= first:
        unseen = seen is None or seen < month
        values[code, "month", month] = None if unseen else told(counting, month, min(_last(month), as_of))
        month = (month - timedelta(days=1)).replace(day=1)
    return values


def _seen_through(feeds: Sequence[Feed], accepted: Sequence[Sent], as_of: date) -> date | None:
    """Up to when every export behind it, where it came at all, has shown anything."""
    shown: Mapping[str, list[date]] = {feed.export: [] for feed in FEEDS if feed in feeds}
    for sent in accepted:
        if sent.feed in feeds and sent.as_of <= as_of:
            shown[sent.feed.export].append(sent.as_of)
    return min((max(days) for days in shown.values() if days), default=None)


def _last(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
