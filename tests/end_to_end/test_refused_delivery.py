"""One export's newest file arrives cut off, beside a file and a folder that nobody knows: the rest goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, CommandLine

SAMPLE = PROJECT / "seeds" / "exports"
CUT = "deals_2026-08-31.csv"
# The rest of the sample would only cost time here.
WITHOUT = ("docebo", "zendesk", "hubspot", "skilljar", "servicenow", "portal_activity_*", "partner_credentials_*")


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The home after that run, and what the run said."""

    home: Path
    done: subprocess.CompletedProcess[str]

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.home / "published" / "current" / "partner_kpi.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory, partner_kpi: CommandLine) -> Refused:
    folder = tmp_path_factory.mktemp("refused")
    inbox = folder / "inbox"
    shutil.copytree(SAMPLE, inbox, ignore=shutil.ignore_patterns(*WITHOUT))
    whole = (inbox / "partnerstack" / CUT).read_bytes()
    (inbox / "partnerstack" / CUT).write_bytes(whole[: len(whole) * 2 // 3])
    (inbox / "partnerstack" / "notes.txt").write_text("remember the milk\n", encoding="utf-8")
    (inbox / "salesforec").mkdir()
    (inbox / "salesforec" / "Account_2026-08-31.csv").write_text("Id\n", encoding="utf-8")
    done = partner_kpi("run", "--home", str(folder / "home"), "--inbox", str(inbox))
    return Refused(home=folder / "home", done=done)


def test_the_rest_is_published_and_the_exit_code_says_so(refused: Refused) -> None:
    """Exit code 3: published, but a delivery stands refused; each trouble is named with its likely twin or cause."""
    assert refused.done.returncode == 3, refused.done.stderr
    words = " ".join(refused.done.stdout.split())
    assert CUT in words and "notes.txt" in words and 'did you mean "salesforce"' in words
    assert "Traceback" not in refused.done.stdout + refused.done.stderr


def test_the_last_good_data_stays_with_its_age(refused: Refused) -> None:
    """The cut export stands a month back, everything else at the newest date, which is also the business date."""
    health = {row[0]: row[1:] for row in refused.ask(
        "select export, data_through, age_days, last_verdict from marts.load_health"
        " where not starts_with(export, 'policy')"
    )}  # fmt: skip
    assert health["prm.deal_registrations"] == (date(2026, 7, 31), 31, "quarantined")
    assert health["crm.opportunities"] == (date(2026, 8, 31), 0, "accepted")
    assert refused.ask("select as_of_date from marts.run_info") == [(date(2026, 8, 31),)]


def test_its_clocks_end_where_it_ends(refused: Refused) -> None:
    """No registration clock runs past what its export had shown, and later windows say that the source is stale."""
    assert refused.ask(
        "select max(ended_at)::date, max(observed_through) from marts.kpi_evidence"
        " where kpi_code = 'registration_decision_time' and excluded_reason is null"
    ) == [(date(2026, 7, 31), date(2026, 7, 31))]
    assert refused.ask(
        "select distinct value_state, value from marts.kpi_values where kpi_code = 'registration_count'"
        " and segment_type = 'all' and period_type = 'month' and period_start = date '2026-08-01'"
    ) == [("stale_source", None)]


def test_the_quarantine_holds_file_and_reason(refused: Refused) -> None:
    """Nothing refused is lost: the bytes lie in quarantine beside the paragraph that says why."""
    (reason,) = refused.home.glob("quarantine/prm.deal_registrations/partnerstack/*/reason.json")
    assert CUT in json.loads(reason.read_text("utf-8"))["reason"]
    assert (reason.parent / CUT).is_file()


def test_a_build_by_hand_cannot_see_refused_rows(refused: Refused, tmp_path: Path) -> None:
    """dbt started by hand on the same warehouse reads the registrations of the accepted delivery only."""
    build_file = tmp_path / "partner_kpi.duckdb"
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "run", "--select", "+stg_prm__deal_registrations",
         "--project-dir", str(PROJECT / "dbt"), "--profiles-dir", str(PROJECT / "dbt"),
         "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")],
        env={**os.environ, "PARTNER_KPI_WAREHOUSE": str(refused.home / "warehouse.duckdb"),
             "PARTNER_KPI_BUILD_FILE": str(build_file)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    accepted = sum(1 for _ in (SAMPLE / "partnerstack" / "deals_2026-07-31.csv").open(encoding="utf-8")) - 1
    with duckdb.connect(build_file) as connection:
        connection.execute(f"attach '{refused.home / 'warehouse.duckdb'}' as warehouse (read_only)")
        assert connection.execute("select count(*) from staging.stg_prm__deal_registrations").fetchone() == (accepted,)


def test_the_operations_log_tells_the_run(refused: Refused, partner_kpi: CommandLine) -> None:
    """From its start to its end: what was loaded and refused with its reason, built and published."""
    told = json.loads(partner_kpi("log", "--home", str(refused.home), "--last", "1000", "--json").stdout)
    assert [(each["what"], each["result"]) for each in told if each["what"] != "load"] == [
        ("run", "started"), ("build", "built"), ("publish", "published"), ("run", "refused"),
    ]  # fmt: skip
    (why,) = [each["why"] for each in told if each["result"] == "quarantined"]
    assert CUT in why
    assert "notes.txt" in told[-1]["why"]


def test_the_refusal_can_be_opened(refused: Refused, partner_kpi: CommandLine) -> None:
    """A file that was cut says why it cannot be read, which KPIs wait for it, and through which date they know."""
    done = partner_kpi("quarantine", "show", "prm.deal_registrations", "--home", str(refused.home))
    words = " ".join(done.stdout.split())
    assert "What it holds cannot be said" in words
    assert "with data through 2026-07-31" in words and "registration_count" in words


def test_nothing_is_broken(refused: Refused, partner_kpi: CommandLine) -> None:
    """Published files, history, deliveries and quarantine are what was written down of them."""
    done = partner_kpi("status", "--verify", "--home", str(refused.home))
    assert done.returncode == 3
    assert "Whole: " in done.stdout


def test_status_keeps_saying_it(refused: Refused, partner_kpi: CommandLine) -> None:
    """Until something as new is accepted, status exits with 3 and names the file."""
    done = partner_kpi("status", "--home", str(refused.home), "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["refusals"][0]["file_name"] == CUT
