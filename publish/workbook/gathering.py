"""Reads what the workbook shows from an open generation: one query per kind of fact.

No value is computed here: a total, a rank or a KPI's value is taken as published.
"""

import csv
import datetime as dt
from importlib import resources

import duckdb

from publish.catalogue import KpiDefinition, read_definitions
from publish.manifest import Manifest
from publish.reading import fetch
from publish.workbook.facts import (
    Card,
    Facts,
    Line,
    Measure,
    PartnerCard,
    RunInfo,
    Source,
    Value,
    ValueKey,
    Watched,
    month_end,
    months_before,
)

# A year of months, and the one before the first for its change.
_MONTHS_READ = 13
_CARDS = """
    from (
        select * from marts.rpt_programme_scorecard
        union all by name
        select 'region' as card_type, region as card_value, * from marts.rpt_region_scorecard
    )
    where card_month <= $month
    order by card_type, card_value, card_month
"""
_PARTNER_CARDS = """
    from marts.rpt_partner_scorecard
    where card_month = $month
    order by motion, rank_in_motion nulls last, total_score desc nulls last, partner_name, partner_id
"""


def gather_facts(connection: duckdb.DuckDBPyConnection, manifest: Manifest | None) -> Facts:
    """Everything the sheets need of an open generation file."""
    definitions = read_definitions(connection)
    month = _latest_complete_month(connection)
    lines = fetch(connection, Line, "from marts.rpt_scorecard_lines where card_month = $month", {"month": month})
    return Facts(
        run=fetch(connection, RunInfo, "from marts.run_info")[0],
        manifest=manifest,
        month=month,
        definitions=definitions,
        headlines=_choose_headlines(definitions, lines),
        cards=fetch(connection, Card, _CARDS, {"month": month}),
        partner_cards=fetch(connection, PartnerCard, _PARTNER_CARDS, {"month": month}),
        lines=lines,
        values=_read_values(connection, month),
        sources=fetch(connection, Source, "from marts.load_health order by export, instance"),
        watched=fetch(
            connection, Watched, "from marts.rpt_watch_list order by watch_kind, days_left, partner_name, watch_id"
        ),
        data_through=dict(
            connection.execute(
                "select kpi_code, max(data_through) from marts.kpi_values group by all order by all"
            ).fetchall()
        ),
        partner_count=_count(connection, "from marts.dim_partners where not is_reserved"),
        unclear_match_count=_count(connection, "from marts.match_review where needs_review"),
    )


def _latest_complete_month(connection: duckdb.DuckDBPyConnection) -> dt.date | None:
    row = connection.execute(
        "select max(period_start) from marts.kpi_values where period_type = 'month' and is_complete"
    ).fetchone()
    assert row is not None
    month: dt.date | None = row[0]
    return month


def _choose_headlines(definitions: dict[str, KpiDefinition], lines: tuple[Line, ...]) -> tuple[Measure, ...]:
    """The measures of headlines.csv that the catalogue knows, and any other on the programme's card."""
    text = resources.files("publish").joinpath("headlines.csv").read_text(encoding="utf-8")
    listed = [
        (row["kpi_code"], row["statistic"], row["dimension"])
        for row in csv.DictReader(text.splitlines())
        if row["kpi_code"] in definitions
    ]
    on_card = sorted(line.measure for line in lines if line.card_type == "programme")
    return tuple(dict.fromkeys([*listed, *on_card]))


def _read_values(connection: duckdb.DuckDBPyConnection, month: dt.date | None) -> dict[ValueKey, Value]:
    if month is None:
        return {}
    rows = fetch(
        connection,
        Value,
        """
        from marts.kpi_values
        where segment_type in ('all', 'all_partners')
            and period_type in ('month', 'trailing_12m')
            and period_end between $first and $last
        order by kpi_code, statistic, dimension, segment_type, period_type, period_end
        """,
        {"first": months_before(month, _MONTHS_READ - 1), "last": month_end(month)},
    )
    return {(row.measure, row.segment_type, row.period_type, row.period_end): row for row in rows}


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    row = connection.execute(f"select count(*) {source}").fetchone()
    assert row is not None
    return int(row[0])
