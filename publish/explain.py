"""One number opened: its definition, its values, the evidence counted and left out, the deliveries behind it.

Only what was published is read. How the answer looks on a terminal is `publish.explain_text`'s.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from pydantic import BaseModel

from publish.catalogue import KpiDefinition, find_definition
from publish.errors import UnclearQuestionError
from publish.evidence import Evidence, EvidenceTotal, find_evidence
from publish.explain_clocks import ClockFact, find_clocks
from publish.generation import read_generation
from publish.manifest import MANIFEST_NAME, DeliveryFact, Manifest
from publish.periods import Period, find_period
from publish.reading import fetch, open_generation
from publish.segments import Segment, find_segment

_ADDED = ("sum", "count", "ratio", "stock")


@dataclass(frozen=True, kw_only=True)
class ExplainedValue:
    """A row of `marts.kpi_values`."""

    statistic: str
    dimension: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    value_state: str
    numerator: Decimal | None
    denominator: Decimal | None
    observation_count: int | None
    event_count: int | None
    excluded_count: int | None
    currency: str | None
    is_complete: bool
    is_reliable: bool
    as_of_date: dt.date
    data_through: dt.date | None


@dataclass(frozen=True, kw_only=True)
class SourceHealth:
    """What `marts.load_health` says of an export that the KPI is computed from."""

    export: str
    instance: str | None
    data_through: dt.date | None
    age_days: int | None
    last_verdict: str | None
    last_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything that the published file knows of one number.

    `agreements` stands beside `values`: whether the evidence adds up to that value's numerator and
    denominator (or, for clocks, to its number of observations); None where they cannot be compared. `clocks` are the
    facts of the clocks of service among the evidence rows listed.
    """

    definition: KpiDefinition
    segment: Segment
    period: Period
    values: tuple[ExplainedValue, ...]
    agreements: tuple[bool | None, ...]
    evidence: Evidence
    clocks: tuple[ClockFact, ...]
    deliveries: tuple[DeliveryFact, ...]
    sources: tuple[SourceHealth, ...]
    as_of: dt.date
    generation: int | None

    def as_json(self) -> str:
        """The whole explanation for machines; amounts as texts, so that no digit is lost."""
        return json.dumps(dataclasses.asdict(self), indent=2, default=_jsonable)


def explain(generation_file: Path, kpi: str, partner: str, period: str, *, limit: int = 10_000) -> Explanation:
    """Open the number that is named by a KPI code, a partner or segment, and a window.

    `partner` is an id, a unique name, `all`, `all_partners` or `region=EMEA`; `period` is written like
    2026-08, 2026-Q3, ttm-2026-08, fytd-2026-08 or all. `limit` caps the evidence rows listed. Raises
    UnclearQuestionError for what is unknown or fits several, NoGenerationError and UnreadableGenerationError
    for the file.
    """
    with open_generation(generation_file) as connection:
        definition = find_definition(connection, kpi.strip())
        segment = find_segment(connection, partner.strip())
        if segment.segment_type not in definition.segments:
            reason = f"is not computed by {segment.segment_type}, only by"
            raise UnclearQuestionError("KPI", kpi, reason, definition.segments, "Ask for one of these.")
        window = find_period(connection, definition.kpi_code, segment, period.strip())
        values = _read_values(connection, definition, segment, window)
        evidence = find_evidence(connection, definition, segment, window, as_of=values[0].as_of_date, limit=limit)
        clocks = find_clocks(connection, (*evidence.counted, *evidence.left_out))
        sources = fetch(
            connection,
            SourceHealth,
            "from marts.load_health where list_contains($exports, export) order by export, instance",
            {"exports": list(definition.sources)},
        )
    manifest = _read_manifest(generation_file)
    return Explanation(
        definition=definition,
        segment=segment,
        period=window,
        values=values,
        agreements=tuple(_compare(definition, value, evidence.totals) for value in values),
        evidence=evidence,
        clocks=clocks,
        deliveries=tuple(
            delivery
            for delivery in (manifest.facts.deliveries if manifest else ())
            if delivery.export in definition.sources
        ),
        sources=sources,
        as_of=values[0].as_of_date,
        generation=manifest.generation if manifest else None,
    )


def _read_values(
    connection: duckdb.DuckDBPyConnection, definition: KpiDefinition, segment: Segment, period: Period
) -> tuple[ExplainedValue, ...]:
    return fetch(
        connection,
        ExplainedValue,
        """
        from marts.kpi_values
        where kpi_code = $kpi_code and segment_type = $segment_type and segment_value = $segment_value
            and period_type = $period_type and period_start = $period_start and period_end = $period_end
        order by dimension, statistic
        """,
        {
            "kpi_code": definition.kpi_code,
            "segment_type": segment.segment_type,
            "segment_value": segment.segment_value,
            "period_type": period.period_type,
            "period_start": period.start,
            "period_end": period.end,
        },
    )


def _compare(definition: KpiDefinition, value: ExplainedValue, totals: Sequence[EvidenceTotal]) -> bool | None:
    """Whether the evidence gives the value's parts; None where it has none, or in other money."""
    own = [total for total in totals if total.dimension == value.dimension]
    if definition.aggregation in ("clock", "percentile"):
        return sum(total.row_count for total in own) == value.observation_count
    if definition.aggregation not in _ADDED or value.statistic != "value":
        return None
    is_converted_later = definition.is_money and definition.aggregation == "stock"
    if is_converted_later and {total.currency for total in own} - {value.currency}:
        return None
    numerator = sum(total.numerator or 0 for total in own)
    denominator = sum(total.denominator or 0 for total in own)
    return numerator == (value.numerator or 0) and denominator == (value.denominator or 0)


def _jsonable(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _read_manifest(generation_file: Path) -> Manifest | None:
    """The manifest beside the file; a file that was copied away has none."""
    directory = generation_file.resolve().parent
    return read_generation(directory).manifest if (directory / MANIFEST_NAME).is_file() else None
