"""A run on the sample inbox as a newcomer makes it, and the run after it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

from tests.conftest import PROJECT, CommandLine

MARTS = {
    "dim_partners", "dim_partner_history", "dim_dates", "kpi_definitions", "kpi_values", "kpi_evidence",
    "rpt_partner_scorecard", "rpt_region_scorecard", "fct_deals", "fct_state_visits", "fct_deal_registrations",
    "load_health", "fct_sla_clocks", "mart_sla",
}  # fmt: skip


def test_every_delivery_is_accepted_and_counted(sample_report: dict[str, Any]) -> None:
    """Rows in = accepted + rejected + collapsed, for every delivery of the sample."""
    results = sample_report["results"]
    assert {result["verdict"] for result in results} == {"accepted"}
    for result in results:
        assert result["rows_in"] == result["rows_accepted"] + result["rows_rejected"] + result["rows_collapsed"]
    assert sum(result["rows_in"] for result in results) > 25_000


def test_promised_marts_are_published(sample_file: Path) -> None:
    """The names that BI tools rely on stand in the schema `marts` of the published file."""
    with duckdb.connect(sample_file, read_only=True) as connection:
        names = {row[0] for row in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()}  # fmt: skip
    assert names >= MARTS


def test_published_file_opens_under_any_name(sample_file: Path) -> None:
    """Views hold whatever alias the file is attached under, and the storage is one that drivers from 1.2 on read."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_file}' as anything (read_only)")
        rows = connection.execute("select count(*) from anything.marts.kpi_evidence").fetchone()
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'anything'").fetchone()
    assert rows is not None and rows[0] > 50_000
    assert tags is not None and "v1.2.0" in str(tags[0])


def test_second_run_does_nothing(sample_home: Path, partner_kpi: CommandLine, tmp_path: Path) -> None:
    """With nothing new, a run loads nothing, starts no dbt, publishes no generation, and says so."""
    home = tmp_path / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    before = sorted(path.name for path in (home / "published").iterdir())
    done = partner_kpi("run", "--home", str(home), PARTNER_KPI_FISCAL_YEAR_START="2")
    assert done.returncode == 0, done.stderr
    assert "Nothing new" in done.stdout
    assert sorted(path.name for path in (home / "published").iterdir()) == before
    assert len(list((home / "logs").glob("dbt-*.log"))) == 1
    report = json.loads(max((home / "logs").glob("run-*.json")).read_text("utf-8"))
    assert {result["verdict"] for result in report["results"]} == {"duplicate"}


def test_status_and_explain_read_the_published_file(sample_home: Path, partner_kpi: CommandLine) -> None:
    """`status` knows every export, `explain` opens a number down to rows that add up to it."""
    status = partner_kpi("status", "--home", str(sample_home), "--json")
    assert status.returncode == 0
    exports = {each["export"] for each in json.loads(status.stdout)["exports"]}
    assert {"crm.opportunities", "prm.partners", "finance.fx_rates"} <= exports
    opened = partner_kpi("explain", "won_amount", "--period", "2026-06", "--home", str(sample_home))
    assert opened.returncode == 0, opened.stderr
    assert "Opportunity_2026-08-31.csv" in opened.stdout


def test_unknown_words_get_one_sentence(sample_home: Path, partner_kpi: CommandLine) -> None:
    """A mistyped KPI code is answered with its likely twin, without a traceback, with exit code 1."""
    done = partner_kpi("explain", "win_rate_by_cuont", "--home", str(sample_home))
    assert done.returncode == 1
    assert "win_rate_by_count" in done.stderr
    assert "Traceback" not in done.stderr


def test_command_line_never_imports_the_orchestrator() -> None:
    """No module of the rooms below dagster_project/ names Dagster in an import."""
    for room in ("partner_kpi", "ingest", "expectations", "publish"):
        for path in (PROJECT / room).rglob("*.py"):
            text = path.read_text("utf-8")
            assert "import dagster" not in text and "from dagster" not in text, path
