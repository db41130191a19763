"""What the workbook says in sentences: how the programme stands, what moved it, what is missing.

A leader reads these before any table, so each is one plain statement with its numbers.
"""

from publish.figures import format_date, name_measure
from publish.workbook.facts import Card, Facts, Line, month_name

_SHOWN = 3
# A monthly delivery that is older than this has missed one.
_MONTH_OF_DAYS = 31


def tell_standing(card: Card | None, lines: tuple[Line, ...], name: str) -> str:
    """How a card stands and what moved it, in two or three sentences."""
    if card is None:
        return f"{name} has no scorecard for this month."
    if card.total_score is None:
        return (
            f"{name} has no total: only {card.weight_present:.0%} of the weight of its card has a value, "
            "and a total needs 60 %."
        )
    told = f"{name} scores {card.total_score:.1f} of 100 in {month_name(card.card_month)}"
    told += f", grade {card.grade or '-'}"
    if card.total_change is None:
        return f"{told}; there is no month before to compare with."
    told += f": {_by(card.total_change)} on the month before"
    if _signed(card.change_from_weights) != "0.0":
        told += (
            f" ({_signed(card.change_from_scores)} from scores, "
            f"{_signed(card.change_from_weights)} from changed weights)"
        )
    told += "."
    moved = sorted(
        (line for line in lines if abs(line.change_from_score or 0) >= 0.05),
        key=lambda line: (-abs(line.change_from_score or 0), line.measure),
    )[:_SHOWN]
    if moved:
        parts = (
            f"{name_measure(line.kpi_name, line.statistic, line.dimension)} {_signed(line.change_from_score)}"
            for line in moved
        )
        told += f" Moved most by {', '.join(parts)}."
    return told


def _signed(points: float | None) -> str:
    rounded = round(points or 0, 1)
    return f"{rounded:+.1f}" if rounded else "0.0"


def name_motion(motion: str | None) -> str:
    """A motion as a word of a sentence's beginning."""
    return (motion or "unknown").replace("_", " ").capitalize()


def name_card(key: tuple[str, str]) -> str:
    """A card by its type and value, as people call it: regions keep their own spelling."""
    return key[1] if key[0] == "region" else name_motion(key[1])


def _by(change: float) -> str:
    return "unchanged" if abs(change) < 0.05 else f"{'up' if change > 0 else 'down'} {abs(change):.1f} points"


def tell_missing(facts: Facts) -> tuple[str, ...]:
    """What is late, refused, never delivered or unclear; one sentence each, nothing when all is well."""
    told = []
    for source in facts.sources:
        if source.last_verdict != "accepted":
            kept = (
                f"figures rest on the delivery of {format_date(source.data_through)}"
                if source.data_through
                else "nothing of it was ever accepted"
            )
            refused = format_date(source.last_as_of_date)
            told.append(
                f"{source.export} of {source.instance} as of {refused} was refused; {kept} "
                "(the reason stands under Data age)."
            )
        elif source.export in _needed(facts) and (source.age_days or 0) > _MONTH_OF_DAYS:
            told.append(
                f"{source.export} of {source.instance} is {source.age_days} days old "
                f"(data through {format_date(source.data_through)})."
            )
    never = sorted(_needed(facts) - {source.export for source in facts.sources})
    if never:
        told.append(f"Never delivered: {', '.join(never)}; what needs them is not shown.")
    if facts.partner_count == 0:
        told.append("No partner is known, so there are no scorecards and no ranking; deals are shown as a whole.")
    if facts.unclear_match_count:
        waiting = (
            "record of another system waits" if facts.unclear_match_count == 1 else "records of other systems wait"
        )
        told.append(
            f"{facts.unclear_match_count} {waiting} for somebody to decide which partner that is; "
            "until then what belongs to them counts as unmatched."
        )
    if facts.month is None:
        told.append("No month is complete yet.")
    return tuple(told)


def _needed(facts: Facts) -> set[str]:
    return {export for definition in facts.definitions.values() for export in definition.sources}
