"""Every published number can be opened, and its evidence adds up to it."""

import io
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from publish.errors import NoGenerationError, UnclearQuestionError, UnreadableGenerationError
from publish.explain import explain
from publish.explain_text import print_explanation
from publish.generation import Generation

QUESTIONS = (
    ("all", "2026-08"),
    ("all_partners", "ttm-2026-08"),
    ("Kestrel Systems", "all"),
    ("region=EMEA", "2026-07"),
    ("region=AMER", "fytd-2026-08"),
    ("motion=resell", "2026-Q3"),
)


@pytest.mark.parametrize(("segment", "period"), QUESTIONS)
@pytest.mark.parametrize(
    "kpi",
    ["deals_won_count", "won_amount", "win_rate_by_count", "open_deal_count", "time_to_close", "win_incidence"],
)
def test_the_evidence_listed_adds_up_to_the_value(generation: Generation, kpi: str, segment: str, period: str) -> None:
    answer = explain(generation.database, kpi, segment, period)
    assert set(answer.agreements) == {True}
    listed = answer.evidence.counted
    for value in answer.values:
        rows = [row for row in listed if row.dimension == value.dimension]
        assert len(rows) == value.observation_count
        assert sum(row.numerator or 0 for row in rows) == (value.numerator or 0)
        assert sum(row.denominator or 0 for row in rows) == (value.denominator or 0)
        assert sum(reason.row_count for reason in answer.evidence.left_out_reasons) == value.excluded_count


def test_what_was_left_out_stands_with_its_reason(generation: Generation) -> None:
    answer = explain(generation.database, "won_amount", "all", "all")
    reasons = {reason.excluded_reason for reason in answer.evidence.left_out_reasons}
    assert reasons == {"test_record", "deleted_at_source", "missing_fx_rate", "closed_in_future"}
    assert {row.excluded_reason for row in answer.evidence.left_out} == reasons
    assert "missing_fx_rate" not in {
        reason.excluded_reason
        for reason in explain(generation.database, "deals_won_count", "all", "all").evidence.left_out_reasons
    }


def test_a_deal_counts_in_the_region_its_partner_had_then(generation: Generation) -> None:
    """Kestrel Systems moved from AMER to EMEA on 15 July 2026."""
    before = explain(generation.database, "deals_won_count", "region=AMER", "ttm-2026-08").evidence.counted
    after = explain(generation.database, "deals_won_count", "region=EMEA", "ttm-2026-08").evidence.counted
    moved = "2026-07-15"
    assert {str(row.event_date) < moved for row in before if row.partner_name == "Kestrel Systems"} == {True}
    assert {str(row.event_date) >= moved for row in after if row.partner_name == "Kestrel Systems"} == {True}


def test_a_running_clock_is_at_risk_in_each_window_it_runs_through(generation: Generation) -> None:
    answer = explain(generation.database, "time_to_close", "all", "2026-07")
    assert all(str(row.started_at) < "2026-08-01" for row in answer.evidence.counted)
    assert all(str(row.ended_at) >= "2026-07-01" for row in answer.evidence.counted)
    assert any(str(row.ended_at) >= "2026-08-01" for row in answer.evidence.counted)


def test_a_cohort_is_what_started_in_the_window(generation: Generation) -> None:
    answer = explain(generation.database, "win_incidence", "all", "2026-03")
    assert {str(row.started_at)[:7] for row in answer.evidence.counted} == {"2026-03"}
    assert {value.event_count for value in answer.values} == {
        sum(row.outcome == "won" and (row.duration or 0) <= 90 for row in answer.evidence.counted)
    }


def test_a_derived_value_has_no_evidence_of_its_own(generation: Generation) -> None:
    answer = explain(generation.database, "won_amount_per_day", "all", "2026-08")
    assert answer.evidence.counted == ()
    assert answer.agreements == (None,)


def test_a_cap_on_the_rows_leaves_the_totals_whole(generation: Generation) -> None:
    whole = explain(generation.database, "won_amount", "all", "all")
    capped = explain(generation.database, "won_amount", "all", "all", limit=3)
    assert len(capped.evidence.counted) == 3
    assert capped.evidence.totals == whole.evidence.totals
    assert capped.agreements == (True,)


def test_a_value_that_its_evidence_does_not_give_is_pointed_out(generation: Generation, tmp_path: Path) -> None:
    tampered = tmp_path / "partner_kpi.duckdb"
    tampered.write_bytes(generation.database.read_bytes())
    with duckdb.connect(tampered) as connection:
        connection.execute("update marts.kpi_values set numerator = numerator + 1 where kpi_code = 'won_amount'")
    answer = explain(tampered, "won_amount", "all", "2026-08")
    assert answer.agreements == (False,)
    assert "NO" in shown(answer)


def test_deliveries_are_those_of_the_kpis_sources(generation: Generation) -> None:
    answer = explain(generation.database, "deals_won_count", "all", "2026-08")
    assert [delivery.export for delivery in answer.deliveries] == ["crm.opportunities", "crm.opportunity_history"]
    assert answer.generation == generation.number


@pytest.mark.parametrize(
    ("kpi", "partner", "period", "said"),
    [
        ("won_amout", "all", "2026-08", "The KPI 'won_amout' is not known; the nearest are: won_amount"),
        ("bookings", "all", "2026-08", "the nearest are: won_amount"),
        ("won_amount", "kestrel", "2026-08", "The partner 'kestrel' is not known; the nearest are: Kestrel Systems"),
        ("won_amount", "region=EMAE", "2026-08", "The region 'EMAE' has no values; there are: EMEA"),
        (
            "won_amount",
            "galaxy=EMEA",
            "2026-08",
            "The segment 'galaxy' is not known; there are: motion, partner, region",
        ),
        ("partner_count", "all", "2026-08", "'partner_count' is not computed by all, only by: all_partners"),
        ("won_amount", "all", "2031-08", "The period '2031-08' has no value of won_amount for everything"),
        ("won_amount", "all", "in August", "Write a month as 2026-08"),
        ("won_amount", "unmatched", "2026-08", "nothing was ever counted for it"),
    ],
)
def test_a_question_that_is_not_clear_is_one_sentence_with_what_is_near(
    generation: Generation, kpi: str, partner: str, period: str, said: str
) -> None:
    with pytest.raises(UnclearQuestionError) as caught:
        explain(generation.database, kpi, partner, period)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_of_two_partners_asks_for_the_id(generation: Generation, tmp_path: Path) -> None:
    doubled = tmp_path / "partner_kpi.duckdb"
    doubled.write_bytes(generation.database.read_bytes())
    with duckdb.connect(doubled) as connection:
        connection.execute(
            "update marts.dim_partners set partner_name = 'Kestrel Systems' where partner_name = 'Lotus Apps'"
        )
    with pytest.raises(UnclearQuestionError, match="partnerstack:P-0002, partnerstack:P-0014"):
        explain(doubled, "won_amount", "kestrel systems", "2026-08")


def test_a_partner_may_be_named_like_a_formula(generation: Generation) -> None:
    assert explain(generation.database, "won_amount", "=cmd|calc Trading", "ttm-2026-08").agreements == (True,)


def test_without_partners_deals_are_still_explained(crm_only_generation: Generation) -> None:
    assert explain(crm_only_generation.database, "won_amount", "all", "ttm-2026-08").agreements == (True,)
    with pytest.raises(UnclearQuestionError, match="is not known"):
        explain(crm_only_generation.database, "won_amount", "Kestrel Systems", "ttm-2026-08")


def test_a_file_that_is_no_generation_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match="There is no published generation"):
        explain(tmp_path / "partner_kpi.duckdb", "won_amount", "all", "all")
    (tmp_path / "text.duckdb").write_text("not a database")
    with pytest.raises(UnreadableGenerationError):
        explain(tmp_path / "text.duckdb", "won_amount", "all", "all")
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    with pytest.raises(UnreadableGenerationError, match="kpi_definitions"):
        explain(tmp_path / "empty.duckdb", "won_amount", "all", "all")


def test_machines_get_every_digit(generation: Generation) -> None:
    answer = explain(generation.database, "won_amount", "all", "2026-08")
    read = json.loads(answer.as_json())
    assert Decimal(read["values"][0]["numerator"]) == answer.values[0].numerator
    assert read["period"] == {"period_type": "month", "start": "2026-08-01", "end": "2026-08-31"}


def shown(answer: object) -> str:
    console = Console(width=140, record=True, file=io.StringIO())
    print_explanation(answer, console)  # type: ignore[arg-type]
    return console.export_text()


def test_the_terminal_shows_the_number_its_rows_and_why_others_are_not_there(generation: Generation) -> None:
    text = shown(explain(generation.database, "won_amount", "all", "ttm-2026-08"))
    assert "Amount of the won deals" in text
    assert "USD " in text
    assert "no exchange rate for its currency within seven days" in text
    assert "the first 20" in text
    assert "opportunities_2026-08-31.csv, load 40" in text


def test_the_terminal_tells_of_a_refused_delivery(generation: Generation) -> None:
    text = shown(explain(generation.database, "partner_count", "all_partners", "2026-08"))
    assert "Bronze Reseller" in text
    assert "data through 31 Jul 2026" in text


def test_a_window_that_is_not_over_ends_at_the_business_date(generation: Generation) -> None:
    """One deal is said to close on 20 September 2026: left out of all time, not yet in the quarter."""
    whole = explain(generation.database, "won_amount", "all", "all").evidence.left_out_reasons
    quarter = explain(generation.database, "won_amount", "all", "2026-Q3").evidence.left_out_reasons
    assert "closed_in_future" in {reason.excluded_reason for reason in whole}
    assert "closed_in_future" not in {reason.excluded_reason for reason in quarter}


def test_a_partner_may_be_named_by_its_id_in_the_prm(generation: Generation) -> None:
    by_name = explain(generation.database, "deals_won_count", "Kestrel Systems", "all").segment
    assert (
        explain(generation.database, "deals_won_count", by_name.segment_value.split(":")[1], "all").segment == by_name
    )
