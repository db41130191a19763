"""A whole CRM that nobody here made comes in through a mapping file alone, and its known answers come out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, CommandLine


@dataclass(frozen=True, kw_only=True)
class PublicCrm:
    """A home in which only a CRM and exchange rates were delivered."""

    home: Path
    inbox: Path

    def all_time(self, kpi: str, statistic: str = "value") -> float:
        with duckdb.connect(self.home / "published" / "current" / "partner_kpi.duckdb", read_only=True) as connection:
            (row,) = connection.execute(
                "select value from marts.kpi_values where kpi_code = $1 and statistic = $2 and segment_type = 'all'"
                " and period_type = 'all_time' and dimension in ('', 'created')",
                [kpi, statistic],
            ).fetchall()
        return float(row[0])


@pytest.fixture(scope="module")
def public_crm(public_data: Path, tmp_path_factory: pytest.TempPathFactory, partner_kpi: CommandLine) -> PublicCrm:
    folder = tmp_path_factory.mktemp("public")
    inbox, home = folder / "inbox", folder / "home"
    shutil.copytree(public_data / "maven_crm", inbox / "maven")
    (inbox / "ecb").mkdir()
    shutil.copy(public_data / "ecb" / "eurofxref-hist.csv", inbox / "ecb")
    (home / "vendors").mkdir(parents=True)
    shutil.copy(PROJECT / "tests" / "fixtures" / "vendors" / "maven.yaml", home / "vendors")
    done = partner_kpi("run", "--home", str(home), "--inbox", str(inbox), "--as-of", "2017-12-31")
    assert done.returncode == 0, done.stdout + done.stderr
    return PublicCrm(home=home, inbox=inbox)


def test_counts_and_amounts(public_crm: PublicCrm) -> None:
    """Win rate by count and won amount are those that the sample's readers agree on."""
    assert public_crm.all_time("win_rate_by_count") == pytest.approx(0.631501, abs=5e-7)
    assert public_crm.all_time("won_amount") == 10_005_534


def test_survival(public_crm: PublicCrm) -> None:
    """Kaplan-Meier median with open deals, the naive one beside, and the incidence of winning at four horizons."""
    assert public_crm.all_time("time_to_close", "p50") == 69
    assert public_crm.all_time("time_to_close", "naive_p50") == 45
    for days, known in ((30, 0.218995), (60, 0.264733), (90, 0.397015), (120, 0.500042)):
        assert public_crm.all_time("time_to_win", f"incidence_{days}d") == pytest.approx(known, abs=5e-7)


def test_deals_without_a_start_are_left_out_with_their_reason(public_crm: PublicCrm) -> None:
    """500 prospects have no start date: they leave the clock, with a reason, and stay in the evidence."""
    with duckdb.connect(public_crm.home / "published" / "current" / "partner_kpi.duckdb", read_only=True) as connection:
        assert connection.execute(
            "select count(*) from marts.kpi_evidence"
            " where kpi_code = 'time_to_close' and excluded_reason = 'no_event_date'"
        ).fetchone() == (500,)


@pytest.mark.long
def test_another_reporting_currency(public_crm: PublicCrm, partner_kpi: CommandLine) -> None:
    """In EUR the won amount is 8,766,539.11: each deal at its close date's rate or the last before, rounded once."""
    done = partner_kpi(
        "run", "--home", str(public_crm.home), "--inbox", str(public_crm.inbox), "--as-of", "2017-12-31",
        PARTNER_KPI_REPORTING_CURRENCY="EUR",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert public_crm.all_time("won_amount") == 8_766_539.11
