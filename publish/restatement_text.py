"""A restatement as a person at a terminal reads it, and as rows of a spreadsheet. Only the look is here."""

import csv
from pathlib import Path

from rich.console import Console
from rich.table import Table

from publish.figures import describe_state, describe_statistic, format_figure
from publish.periods import ALL_TIME, period_code
from publish.restatement import Effect, Movement, Restatement, Side

CAUSES = {
    "load": "newer data",
    "late_row": "late rows (of months that were over)",
    "edit": "edits at the source",
    "merge": "merges and partners identified otherwise",
    "rule": "policies or definitions",
    "rate": "exchange rates",
    "time": "the later business date",
    "derived": "follow from the KPIs they are computed of",
    "unexplained": "NOT EXPLAINED by evidence",
}
_FIELDS = (
    "kpi_code", "statistic", "dimension", "segment_type", "segment_value", "period_type", "period_start", "period_end",
    "kind", "was_complete", "unit", "currency", "value_before", "value_after", "value_change", "state_before",
    "state_after", "numerator_before", "numerator_after", "denominator_before", "denominator_after",
)  # fmt: skip
_EFFECT_FIELDS = ("cause", "rows_added", "rows_gone", "rows_changed", "numerator_change", "denominator_change")
_LIVE = ("=", "+", "-", "@", "\t", "\r")


def print_restatement(answer: Restatement, console: Console, *, limit: int = 20) -> None:
    """Show the two sides, the causes with their deliveries, and the biggest movements; `limit` caps these."""
    console.print(f"[bold]From[/] {_name(answer.before)}\n[bold]to[/]   {_name(answer.after)}")
    if not answer.movements:
        console.print("No cell moved: whatever came in between changed no value.")
        return
    complete = sum(each.was_complete and each.period_type != ALL_TIME for each in answer.movements)
    console.print(
        f"{len(answer.movements):,} cells differ, {complete:,} of them in windows that were over, and "
        f"{len(answer.cards):,} scorecard totals. {answer.new_window_count:,} cells of windows that only one of the "
        "two has are left out.\n"
    )
    causes = Table("cause", "cells", "rows", "through", box=None, pad_edge=False, title="Why", title_justify="left")
    for cause in answer.causes:
        causes.add_row(
            CAUSES[cause.cause], f"{cause.cell_count:,}", f"{cause.evidence_count:,}", ", ".join(cause.loads)
        )
    console.print(causes)
    cells = Table(box=None, pad_edge=False, title="\nBiggest movements", title_justify="left")
    for name in ("KPI", "segment", "window", "before", "after", "why"):
        cells.add_column(name, justify="right" if name in ("before", "after") else "left")
    for movement in answer.movements[:limit]:
        cells.add_row(*_cells(movement, answer.effects.get(movement.cell_id, ())))
    console.print(cells)
    if answer.cards:
        cards = Table(box=None, pad_edge=False, title="\nScorecard totals", title_justify="left")
        for name in ("card", "month", "before", "after", "through values", "through rules"):
            cards.add_column(name, justify="left" if name in ("card", "month") else "right")
        for card in answer.cards[:limit]:
            cards.add_row(
                f"{card.card_type} {card.card_value}", f"{card.card_month:%Y-%m}",
                _score(card.total_before, card.grade_before), _score(card.total_after, card.grade_after),
                _signed(card.from_values), _signed(card.from_rules),
            )  # fmt: skip
        console.print(cards)


def write_csv(answer: Restatement, target: Path) -> None:
    """A row per moved cell and cause. A text that a spreadsheet would take for a formula gets an apostrophe."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow([*_FIELDS, *_EFFECT_FIELDS])
        for movement in answer.movements:
            cell = [_inert(getattr(movement, name)) for name in _FIELDS]
            for effect in answer.effects.get(movement.cell_id, ()):
                out.writerow([*cell, *(_inert(getattr(effect, name)) for name in _EFFECT_FIELDS)])


def _name(side: Side) -> str:
    known = f", as known at {side.known_at:%Y-%m-%d %H:%M} UTC" if side.known_at else ""
    name = f"generation {side.number}" if side.number else f"replay {side.name}"
    return f"{name}: as of {side.as_of}{known} (load {side.known_sequence})"


def _cells(movement: Movement, effects: tuple[Effect, ...]) -> tuple[str, ...]:
    phrase = ", ".join(part for part in (describe_statistic(movement.statistic), movement.dimension) if part)
    segment = movement.segment_value
    if movement.segment_type not in ("all", "all_partners", "partner"):
        segment = f"{movement.segment_type} {segment}"

    def figure(value: float | None, state: str | None) -> str:
        if value is not None:
            return format_figure(value, movement.unit, movement.currency)
        return "-" if state is None else describe_state(state, movement.statistic, "rows")

    return (
        f"{movement.kpi_code} ({phrase})" if phrase else movement.kpi_code,
        segment,
        period_code(movement.period_type, movement.period_end),
        figure(movement.value_before, movement.state_before),
        figure(movement.value_after, movement.state_after),
        "; ".join(_effect(effect) for effect in effects),
    )


def _effect(effect: Effect) -> str:
    counts = ((effect.rows_added, "+"), (effect.rows_gone, "-"), (effect.rows_changed, "~"))
    rows = " ".join(f"{sign}{count}" for count, sign in counts if count)
    return f"{effect.cause.replace('_', ' ')} {rows}".strip()


def _score(total: float | None, grade: str | None) -> str:
    return "-" if total is None else f"{total:.1f} {grade or ''}".strip()


def _signed(change: float | None) -> str:
    return "" if change is None else f"{round(change, 1) + 0.0:+.1f}"


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_LIVE) else value
