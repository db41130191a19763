"""`new-vendor`: from files nobody has seen to a mapping in the home, and on to a published number."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ingest.contracts import load_contracts
from ingest.mapping_file import BUILT_IN, read_mapping
from tests.conftest import CommandLine

DEALS = "deal_id,stage,amount,currency,close_date\n1,Won,5,USD,2026-08-31\n2,Lost,7,USD,2026-08-30\n"
CURRENCY = ("# currency: {fixed: USD}", "currency: {fixed: USD}")


def deliver(folder: Path, name: str = "deals_2026-08-31.csv", text: str = DEALS) -> Path:
    path = folder / "inbox" / "acme" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_with_its_schema_and_the_next_command(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """The mapping is named like the folder, the schema lies beside it, and `check` accepts by it."""
    file, home = deliver(tmp_path), tmp_path / "home"
    done = partner_kpi("new-vendor", str(file), "--home", str(home))
    assert done.returncode == 0, done.stderr
    mapping = home / "vendors" / "acme.yaml"
    assert read_mapping(mapping, load_contracts()).files[0].pattern == "deals_{as_of}.csv"
    assert mapping.read_text("utf-8").startswith("# yaml-language-server: $schema=vendor.schema.json\n")
    assert (home / "vendors" / "vendor.schema.json").read_bytes() == (BUILT_IN / "vendor.schema.json").read_bytes()
    command = next(line.removeprefix("Next: ") for line in done.stdout.splitlines() if line.startswith("Next: "))
    assert command == f"partner-kpi check {file} --home {home}"
    checked = partner_kpi(*command.split()[1:])
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for said in ("deal_id", "opportunity_id", "sure", "crm.opportunities"):
        assert said in done.stdout


def test_answers_are_not_overwritten(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """A mapping that is there stays; --force replaces it, --name makes another."""
    file, home = deliver(tmp_path), tmp_path / "home"
    (home / "vendors").mkdir(parents=True)
    mapping = home / "vendors" / "acme.yaml"
    mapping.write_text("vendor: mine\n", encoding="utf-8")
    refused = partner_kpi("new-vendor", str(file), "--home", str(home))
    assert (refused.returncode, mapping.read_text("utf-8")) == (2, "vendor: mine\n")
    assert "--force" in refused.stderr
    other = partner_kpi("new-vendor", str(file), "--home", str(home), "--name", "other")
    assert other.returncode == 0 and f"--instance other --home {home}" in other.stdout
    assert partner_kpi("new-vendor", str(file), "--home", str(home), "--force").returncode == 0
    assert "vendor: acme" in mapping.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no/such.csv"], "no/such.csv is no file"),
        (["{file}", "--name", "../up"], "cannot name a mapping"),
        (["{file}", "--name", "policy"], "cannot name a mapping"),
    ],
)
def test_wrong_words(arguments: list[str], words: str, tmp_path: Path, partner_kpi: CommandLine) -> None:
    """Wrong usage is exit code 2 and one paragraph; nothing is written."""
    file = deliver(tmp_path)
    done = partner_kpi("new-vendor", *(a.format(file=file) for a in arguments), "--home", str(tmp_path / "home"))
    assert (done.returncode, words in " ".join(done.stderr.split())) == (2, True), done.stderr
    assert not (tmp_path / "home" / "vendors").exists()


def test_what_is_missing_is_said_on_the_terminal_too(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """The proposal is written, and the loader's words name the column to fill in."""
    file = deliver(tmp_path, text="deal_id,deal_name,amount,close_date,zzz\n1,a,5,2026-08-31,Open\n")
    done = partner_kpi("new-vendor", str(file), "--home", str(tmp_path / "home"))
    assert done.returncode == 0
    assert 'the required column "stage" is not mapped' in " ".join(done.stdout.split())


@pytest.mark.long
def test_a_run_points_to_it(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """A folder without a mapping, and a file that a mapping does not know, name the command to type."""
    file, home = deliver(tmp_path), tmp_path / "home"
    words = partner_kpi("run", "--home", str(home), "--inbox", str(file.parents[1])).stderr
    assert f"partner-kpi new-vendor {file}" in " ".join(words.split())


@pytest.mark.long
def test_from_files_never_seen_to_a_win_rate(public_data: Path, tmp_path: Path, partner_kpi: CommandLine) -> None:
    """A whole CRM: two files proposed, one line edited, checked, run - and the known win rate is published."""
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    (inbox / "maven").mkdir(parents=True)
    files = [
        shutil.copy(public_data / "maven_crm" / name, inbox / "maven")
        for name in ("sales_pipeline.csv", "accounts.csv")
    ]
    assert partner_kpi("new-vendor", *map(str, files), "--home", str(home)).returncode == 0
    mapping = home / "vendors" / "maven.yaml"
    edits = [CURRENCY]
    text = mapping.read_text("utf-8")
    for before, after in edits:
        assert text.count(before) == 1
        text = text.replace(before, after)
    mapping.write_text(text, encoding="utf-8")
    checked = partner_kpi("check", *map(str, files), "--home", str(home))
    assert checked.returncode == 0, checked.stdout
    done = partner_kpi("run", "--home", str(home), "--inbox", str(inbox))
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(home / "published" / "current" / "partner_kpi.duckdb", read_only=True) as connection:
        found = connection.execute(
            "select kpi_code, value from marts.kpi_values where statistic = 'value' and segment_type = 'all'"
            " and period_type = 'all_time' and dimension in ('', 'created')"
            " and kpi_code in ('win_rate_by_count', 'won_amount')"
        ).fetchall()
    values = {code: float(value) for code, value in found}
    assert values["win_rate_by_count"] == pytest.approx(0.631501, abs=5e-7)
    assert values["won_amount"] == 10_005_534
