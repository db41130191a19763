"""A restatement: which cells and scorecard totals differ between two published files, how far, and why.

Computed from the two files: their values, their evidence, and the loads that their manifests name. Finding the
files is `partner_kpi.restatement`'s, how an answer looks is `publish.restatement_text`'s.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from decimal import Decimal

import duckdb

from publish.generation import Generation
from publish.manifest import DeliveryFact
from publish.reading import fetch
from publish.restatement_cards import CardMovement, read_cards
from publish.restatement_cells import count_new_windows, write_moved_cells
from publish.restatement_effects import write_effects
from publish.restatement_evidence import feeds, write_changed_evidence
from publish.restatement_sides import Rate, loads_between, open_both, write_evidence, write_loads, write_rates


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two: a generation, or a replay (number 0), and what it was computed for."""

    number: int
    name: str
    as_of: dt.date
    known_sequence: int
    known_at: dt.datetime | None
    build_fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one cause did to a cell. Changes are None where evidence does not add up to the value."""

    cell_id: int
    cause: str
    rows_added: int
    rows_gone: int
    rows_changed: int
    numerator_change: Decimal | None
    denominator_change: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A cell that differs. `kind`: moved, appeared, gone, or stated otherwise (same value, other state or counts)."""

    cell_id: int
    kpi_code: str
    unit: str
    aggregation: str
    statistic: str
    dimension: str
    period_type: str
    period_start: dt.date
    period_end: dt.date
    segment_type: str
    segment_value: str
    kind: str
    was_complete: bool
    currency: str | None
    value_before: float | None
    value_after: float | None
    value_change: float
    state_before: str | None
    state_after: str | None
    numerator_before: Decimal | None
    numerator_after: Decimal | None
    denominator_before: Decimal | None
    denominator_after: Decimal | None
    size: float


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A cause over the whole restatement, with the deliveries that can have brought it."""

    cause: str
    cell_count: int
    evidence_count: int
    loads: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Restatement:
    """The answer: cells with the biggest movement first, each with its effects, cards, causes, loads in between."""

    before: Side
    after: Side
    loads: tuple[DeliveryFact, ...]
    causes: tuple[Cause, ...]
    movements: tuple[Movement, ...]
    effects: dict[int, tuple[Effect, ...]]
    cards: tuple[CardMovement, ...]
    new_window_count: int

    def as_json(self) -> str:
        """The answer for machines."""
        content = {name: value for name, value in asdict(self).items() if name not in ("effects", "loads")}
        content["loads"] = [load.model_dump() for load in self.loads]
        content["movements"] = [
            {**asdict(each), "effects": [asdict(effect) for effect in self.effects.get(each.cell_id, ())]}
            for each in self.movements
        ]
        return json.dumps(content, default=str, indent=2)


def restate(before: Generation, after: Generation, *, rates: tuple[Rate, ...] = ()) -> Restatement:
    """Compare two published files.

    `rates` value evidence of open amounts in other currencies; without them what these add to a stock of money is
    part of the cause `rate`. Raises NoGenerationError and UnreadableGenerationError.
    """
    with open_both(before, after) as connection:
        write_loads(connection, before, after)
        write_rates(connection, rates)
        write_evidence(connection)
        write_moved_cells(connection)
        write_changed_evidence(connection)
        write_effects(connection)
        effects: dict[int, tuple[Effect, ...]] = {}
        for effect in fetch(connection, Effect, "from effects order by cell_id, cause"):
            effects[effect.cell_id] = (*effects.get(effect.cell_id, ()), effect)
        return Restatement(
            before=_side(before),
            after=_side(after),
            loads=loads_between(before, after),
            causes=_causes(connection),
            movements=fetch(
                connection,
                Movement,
                "from moved_cells order by aggregation = 'derived', size desc, was_complete desc, cell_id",
            ),
            effects=effects,
            cards=read_cards(connection),
            new_window_count=count_new_windows(connection),
        )


def _side(generation: Generation) -> Side:
    facts = generation.manifest.facts
    return Side(
        number=generation.number,
        name=generation.directory.name,
        as_of=facts.as_of_date,
        known_sequence=facts.known_sequence,
        known_at=facts.known_at,
        build_fingerprint=facts.build_fingerprint,
    )


def _causes(connection: duckdb.DuckDBPyConnection) -> tuple[Cause, ...]:
    """By cause: cells, rows, and the loads of the exports (and, where the row names one, the instance) behind them."""
    return fetch(
        connection,
        Cause,
        f"""
        from (
            with counted as (

                select cause, count(distinct cell_id) as cell_count from effects group by cause

            ),

            origins as (

                select
                    changed.cause,
                    changed.evidence_id,
                    loads.load_seq,
                    loads.instance || '/' || loads.file_name as place
                from changed_evidence as changed
                inner join after.marts.kpi_definitions as definitions using (kpi_code)
                left join loads_between as loads
                    on case changed.cause
                        when 'rule' then loads.is_policy
                        when 'rate' then loads.export = 'finance.fx_rates'
                        when 'time' then false
                        else not loads.is_policy and {feeds("loads", "definitions")}
                    end

            )

            select
                counted.cause,
                counted.cell_count,
                count(distinct origins.evidence_id) as evidence_count,
                list_filter(list_sort(list_distinct(list(origins.place))), lambda place: place is not null) as loads
            from counted
            left join origins on counted.cause = origins.cause
            group by counted.cause, counted.cell_count
        )
        order by evidence_count desc, cell_count desc, cause
        """,  # noqa: S608 - the text is this module's own
    )
