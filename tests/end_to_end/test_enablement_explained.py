"""What has not happened and what runs out can be opened like any other number; the sample has plenty of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from publish.explain import Explanation, explain

RAMP = "joined>first_won_deal"
ADDING = ("net_active_certifications", "certified_people", "certifications_issued", "certifications_expired",
          "coverage_gap_count", "pass_rate_of_finished", "completion_rate_90d")  # fmt: skip


@pytest.fixture(scope="module")
def marts(sample_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(sample_file, read_only=True) as connection:
        yield connection


def one(marts: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    row: tuple[object, ...] | None = marts.execute(query).fetchone()
    assert row is not None, "the sample has none of this"
    return row


def agreements(answer: Explanation, dimension: str = "") -> set[bool | None]:
    pairs = zip(answer.values, answer.agreements, strict=True)
    return {agrees for value, agrees in pairs if value.dimension == dimension}


def test_ramp_that_has_not_happened_is_at_least_so_long(sample_file: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """A partner without a won deal: no median, at least the days that have passed, and the one row that says so."""
    partner_id, days = one(
        marts,
        f"""
        select partner_id, max(days) from marts.fct_ramp_milestones
        where ramp = '{RAMP}' and excluded_reason is null
        group by partner_id having count(*) = 1 and bool_and(outcome = 'censored') and max(days) > 100
        order by partner_id limit 1
        """,
    )
    answer = explain(sample_file, "ramp_time", str(partner_id), "all_time")
    (median,) = (v for v in answer.values if (v.statistic, v.dimension) == ("p50", RAMP))
    assert (median.value, median.value_state, median.ci_low) == (None, "median_not_reached", days)
    (row,) = (row for row in answer.evidence.counted if row.dimension == RAMP)
    assert (row.outcome, row.duration) == ("censored", days)
    assert agreements(answer, RAMP) == {True}


def test_ramp_that_has_happened_took_its_days(sample_file: Path, marts: duckdb.DuckDBPyConnection) -> None:
    partner_id, days = one(
        marts,
        f"""
        select partner_id, max(days) from marts.fct_ramp_milestones
        where ramp = '{RAMP}' and excluded_reason is null
        group by partner_id having count(*) = 1 and bool_and(outcome = 'reached') order by partner_id limit 1
        """,
    )
    answer = explain(sample_file, "ramp_time", str(partner_id), "all_time")
    (median,) = (v for v in answer.values if (v.statistic, v.dimension) == ("p50", RAMP))
    assert median.value == days


def test_certificate_that_runs_out_is_named_with_its_day(sample_file: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """What stands as about to expire names the certificate and its last ninety days."""
    certificate_id, partner_id, ended_date = one(
        marts,
        """
        select certificate_id, holder_partner_id, ended_date from marts.fct_certifications
        where days_to_expiry between 0 and 90 and ended_by = 'expired' and renewed_date is null
            and holder_partner_id != 'unmatched' and excluded_reason is null
        order by certificate_id limit 1
        """,
    )
    answer = explain(sample_file, "certifications_expiring_90d", str(partner_id), "all_time")
    rows = {row.entity_id: row for row in answer.evidence.counted}
    assert rows[str(certificate_id)].valid_to == ended_date
    assert agreements(answer) == {True}


@pytest.mark.parametrize("kpi", ADDING)
@pytest.mark.parametrize(("segment", "period"), [("all", "all_time"), ("region=EMEA", "ttm-2026-06")])
def test_the_evidence_listed_adds_up(sample_file: Path, kpi: str, segment: str, period: str) -> None:
    """Sums, rates and stocks of the families; a statistic that is no plain value has nothing to compare."""
    assert agreements(explain(sample_file, kpi, segment, period)) - {None} == {True}
