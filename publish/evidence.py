"""The rows of `kpi_evidence` behind the values of one KPI, segment and window, and what was left out of them.

The conditions say again, from the outside, what dbt's mechanism does when it places evidence; that the sums
agree with the published values is checked for every answer, not assumed.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from publish.catalogue import KpiDefinition
from publish.periods import ALL_TIME, Period
from publish.reading import fetch
from publish.segments import Segment, membership

# Where a row that counts stands in time, by aggregation and, for clocks, basis; others stand at their event. Windows
# are whole months, cut at the business date: what is dated later in its month still belongs to it.
_BY_EVENT = (
    "asked.is_all_time or date_trunc('month', evidence.event_date) between asked.period_start and asked.window_end"
)
_STANDING = (
    "evidence.valid_from <= asked.window_end and (evidence.valid_to is null or evidence.valid_to > asked.window_end)"
)
_AT_RISK = (
    "date_trunc('month', cast(evidence.started_at as date) "
    "+ cast(coalesce(evidence.entry_duration + 1, 0) as integer)) <= asked.window_end "
    "and cast(evidence.ended_at as date) >= asked.period_start"
)
_STARTED = (
    "asked.is_all_time or date_trunc('month', evidence.started_at) between asked.period_start and asked.window_end"
)
# One that was left out may lack dates, so any that it has will do.
_LEFT_OUT = (
    "asked.is_all_time "
    "or date_trunc('month', coalesce(evidence.event_date, cast(evidence.started_at as date), evidence.valid_from)) "
    "between asked.period_start and asked.window_end"
)


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """One thing that counts, or with `excluded_reason` one that was left out."""

    evidence_id: str
    partner_id: str
    partner_name: str | None
    entity_type: str
    entity_id: str
    dimension: str
    event_date: dt.date | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    entry_duration: int | None
    duration: int | None
    outcome: str | None
    numerator: Decimal | None
    denominator: Decimal | None
    currency: str | None
    excluded_reason: str | None


@dataclass(frozen=True, kw_only=True)
class EvidenceTotal:
    """What the counted rows of one dimension add up to, by currency where amounts have one."""

    dimension: str
    currency: str | None
    row_count: int
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """How many rows were left out for one reason."""

    excluded_reason: str
    row_count: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The evidence of an answer: the first rows of each kind, and totals over all of them."""

    counted: tuple[EvidenceRow, ...]
    totals: tuple[EvidenceTotal, ...]
    left_out: tuple[EvidenceRow, ...]
    left_out_reasons: tuple[LeftOut, ...]


def find_evidence(
    connection: duckdb.DuckDBPyConnection,
    definition: KpiDefinition,
    segment: Segment,
    period: Period,
    *,
    as_of: dt.date,
    limit: int,
) -> Evidence:
    """Evidence of the KPI in the segment and window; `limit` caps the rows listed, never the totals.

    Raises UnclearQuestionError where the published file cannot tell which evidence belongs to the segment.
    """
    connection.execute(
        f"""
        create or replace temporary table found_evidence as
        with asked as (
            select
                $kpi_code as kpi_code, $segment_value as segment_value, $is_all_time as is_all_time,
                $period_start as period_start, $window_end as window_end
        )

        select evidence.*, partners.partner_name
        from marts.kpi_evidence as evidence
        inner join asked on evidence.kpi_code = asked.kpi_code
        asof left join marts.dim_partner_history as history
            on evidence.partner_id = history.partner_id
            and coalesce(evidence.anchor_date, date '9999-12-31') >= history.valid_from
        left join marts.dim_partners as partners on evidence.partner_id = partners.partner_id
        where
            ({membership(connection, segment)})
            and if(evidence.excluded_reason is null, {_place(definition)}, {_LEFT_OUT})
        """,  # noqa: S608 - conditions of this room, columns quoted, values bound
        {
            "kpi_code": definition.kpi_code,
            "segment_value": segment.segment_value,
            "is_all_time": period.period_type == ALL_TIME,
            "period_start": period.start,
            "window_end": min(period.end, as_of),
        },
    )
    rows = "order by coalesce(event_date, cast(started_at as date), valid_from), evidence_id limit $limit"
    return Evidence(
        counted=fetch(
            connection,
            EvidenceRow,
            f"from found_evidence where excluded_reason is null {rows}",
            {"limit": limit},
        ),
        totals=_add_up(connection),
        left_out=fetch(
            connection,
            EvidenceRow,
            f"from found_evidence where excluded_reason is not null {rows}",
            {"limit": limit},
        ),
        left_out_reasons=_count_reasons(connection),
    )


def _place(definition: KpiDefinition) -> str:
    if definition.aggregation == "stock":
        return _STANDING
    if definition.aggregation == "clock":
        return _STARTED if definition.basis == "cohort" else _AT_RISK
    return _BY_EVENT


def _add_up(connection: duckdb.DuckDBPyConnection) -> tuple[EvidenceTotal, ...]:
    return fetch(
        connection,
        EvidenceTotal,
        """
        from (
            select
                dimension, currency, count(*) as row_count,
                sum(numerator) as numerator, sum(denominator) as denominator
            from found_evidence
            where excluded_reason is null
            group by all
        )
        order by dimension, currency
        """,
    )


def _count_reasons(connection: duckdb.DuckDBPyConnection) -> tuple[LeftOut, ...]:
    return fetch(
        connection,
        LeftOut,
        """
        from (
            select excluded_reason, count(*) as row_count
            from found_evidence
            where excluded_reason is not null
            group by all
        )
        order by row_count desc, excluded_reason
        """,
    )
