"""`check`: what a run would make of a file, without a trace in the home."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingest.contracts import load_contracts
from ingest.warehouse import open_warehouse
from partner_kpi.dry_run import dry_run
from partner_kpi.dry_run_report import DryRun
from partner_kpi.road import load, pull
from partner_kpi.settings import Settings
from tests.conftest import CommandLine

HEADER = "opportunity_id,stage,amount,currency,close_date"


def deliver(home: Path, *rows: str, name: str = "opportunities_2026-08-31.csv", header: str = HEADER) -> Path:
    path = home.parent / "inbox" / "generic" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def check(home: Path, *paths: Path, instance: str | None = None) -> DryRun:
    return dry_run(Settings(home=home), paths, instance=instance)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_good_file(home: Path) -> None:
    """Which mapping and export claim it, as of when, how many rows; the home is not even made."""
    answer = check(home, deliver(home, "1,Won,5,USD,2026-08-01", "2,Open,,,"))
    (export,) = answer.files[0].exports
    assert (answer.files[0].instance, export.export, export.pattern) == (
        "generic", "crm.opportunities", "opportunities_{as_of}.csv",
    )  # fmt: skip
    counts = (export.rows_in, export.rows_accepted, export.rows_rejected, export.rows_collapsed)
    assert (str(export.as_of_date), counts, export.failed) == ("2026-08-31", (2, 2, 0, 0), ())
    assert (answer.exit_code, home.exists()) == (0, False)
    assert "had nothing to compare with" in answer.compared_with


def test_rows_that_cannot_be_read(home: Path) -> None:
    """Line, column, value and reason of each; too many of them refuse the file."""
    answer = check(home, deliver(home, "1,Won,five,USD,2026-08-01", ",Open,,,", "3,Open,1,USD,31.08.2026"))
    (export,) = answer.files[0].exports
    assert [(row.place, row.column, row.value, row.reason) for row in export.rejected] == [
        ("line 2", "amount", "five", "is no number"),
        ("line 3", "opportunity_id", None, "has no value, and a key must"),
        ("line 4", "close_date", "31.08.2026", "is no date"),
    ]
    assert "rejected_share" in {rule.rule_id for rule in export.failed}
    assert answer.exit_code == 1


def test_a_rule_that_fails(home: Path) -> None:
    """Each failed rule stands there with its message; the file would be refused."""
    (export,) = check(home, deliver(home, "1,,5,USD,2026-08-01")).files[0].exports
    assert [rule.rule_id for rule in export.failed] == ["required_stage"]
    assert export.reason is not None and not export.would_load


def test_keys_that_conflict(home: Path) -> None:
    """What a load would refuse for history's sake, a dry run refuses too."""
    (export,) = check(home, deliver(home, "1,Won,5,USD,2026-08-01", "1,Lost,5,USD,2026-08-01")).files[0].exports
    assert "history.unique_key" in {rule.rule_id for rule in export.failed}


def test_columns_that_nobody_mapped(home: Path) -> None:
    """They are kept, or dropped by the mapping."""
    vendors = home / "vendors"
    vendors.mkdir(parents=True)
    (vendors / "generic.yaml").write_text(
        "files:\n  - pattern: opportunities_{as_of}.csv\n    exports:\n      crm.opportunities:\n"
        "        ignore_columns: [junk.*]\n        columns: {opportunity_id: opportunity_id, stage: stage}\n",
        encoding="utf-8",
    )
    file = deliver(home, "1,Won,x,y", header="opportunity_id,stage,junk_1,other")
    (export,) = check(home, file).files[0].exports
    assert (export.kept_columns, export.ignored_columns) == (("other",), ("junk_1",))


def test_a_file_that_cannot_be_read_at_all(home: Path) -> None:
    """No counts, but the reason in the parser's words."""
    answer = check(home, deliver(home, "1,Won", header="opportunity_id,stages"))
    (export,) = answer.files[0].exports
    assert (export.rows_in, answer.exit_code) == (None, 1)
    assert 'misses "stage"' in (export.reason or "")


def test_a_file_that_no_mapping_claims(home: Path) -> None:
    """It would be reported, not loaded; the way to a mapping is named."""
    file = deliver(home, "1,Won", name="pipeline.csv")
    for instance in (None, "acme"):
        answer = check(home, file, instance=instance)
        assert answer.exit_code == 1
        assert f"partner-kpi new-vendor {file}" in (answer.files[0].problem or "")


def loaded(home: Path, verdict: str = "accepted") -> None:
    settings = Settings(home=home, inbox=home.parent / "inbox")
    deliveries = tuple(each for each in pull(settings).deliveries if each.instance == "generic")
    results = load(settings, deliveries, run_id="run", loaded=lambda _: None)
    assert {result.verdict for result in results} == {verdict}


def test_the_volume_guard_looks_at_the_last_good_delivery(home: Path) -> None:
    """A snapshot without half of the known keys is refused; the warehouse is as it was, byte for byte."""
    first = deliver(home, *(f"{number},Open,,," for number in range(10)))
    loaded(home)
    first.unlink()
    before = traces(home)
    answer = check(
        home, deliver(home, *(f"{number},Open,,," for number in range(5)), name="opportunities_2026-09-30.csv")
    )
    (export,) = answer.files[0].exports
    assert [rule.rule_id for rule in export.failed] == ["keys_lost"]
    assert (traces(home), answer.compared_with.startswith("Compared with")) == (before, True)


def test_what_was_loaded_already_would_do_nothing(home: Path) -> None:
    """The load that took it in is named."""
    file = deliver(home, "1,Won,5,USD,2026-08-01")
    loaded(home)
    answer = check(home, file)
    assert answer.files[0].exports[0].known_load is not None
    assert answer.exit_code == 0


def test_what_was_refused_stays_refused(home: Path) -> None:
    """The same bytes under the same rules are not judged again by a run, and not by a dry run."""
    file = deliver(home, "1,,5,USD,2026-08-01")
    loaded(home, "quarantined")
    (export,) = check(home, file).files[0].exports
    assert (export.known_load, export.would_load) == (1, False)


def test_a_warehouse_in_use_or_of_an_older_version(home: Path) -> None:
    """A table that the warehouse does not have yet counts as empty."""
    file = deliver(home, "1,Won,5,USD,2026-08-01")
    with open_warehouse(home / "warehouse.duckdb", contracts=load_contracts()) as connection:
        connection.execute("drop table raw_crm.opportunities")
    assert check(home, file).exit_code == 0
    (home / "warehouse.duckdb").write_bytes(b"no database")
    answer = check(home, file)
    assert (answer.exit_code, "cannot be read" in answer.compared_with) == (0, True)


def test_the_command(home: Path, partner_kpi: CommandLine) -> None:
    """Words and exit code for people, JSON for machines, 2 for a file that is none."""
    good, bad = deliver(home, "1,Won,5,USD,2026-08-01"), deliver(home, "1,,,,", name="opportunities_2026-07-31.csv")
    done = partner_kpi("check", str(good), "--home", str(home))
    assert (done.returncode, "Accepted: a run would take in 1 rows" in done.stdout) == (0, True), done.stdout
    both = partner_kpi("check", str(good), str(bad), "--home", str(home), "--json")
    said: dict[str, Any] = json.loads(both.stdout)
    assert (both.returncode, said["exit_code"], len(said["files"])) == (1, 1, 2)
    assert said["files"][1]["exports"][0]["failed"][0]["rule_id"] == "required_stage"
    none = partner_kpi("check", "no/such.csv", "--home", str(home))
    assert (none.returncode, "is no file" in none.stderr) == (2, True)


def traces(home: Path) -> dict[str, tuple[int, float]]:
    """Every file of the home with its size and time of change."""
    found = (Path(folder) / name for folder, _, names in os.walk(home) for name in names)
    return {str(path): (path.stat().st_size, path.stat().st_mtime) for path in found}


def test_an_export_in_parts_is_checked_as_one(home: Path) -> None:
    """Whichever parts are named; one that is missing is told."""
    (home / "vendors").mkdir(parents=True)
    (home / "vendors" / "parted.yaml").write_text(
        "files:\n  - {pattern: 'deals_{as_of}_{part}of{parts}.csv', exports: {crm.opportunities: {}}}\n"
    )
    names = ["deals_2026-08-31_1of2.csv", "deals_2026-08-31_2of2.csv"]
    first, second = (deliver(home, f"{number},Won,5,USD,2026-08-01", name=name) for number, name in enumerate(names))
    answer = check(home, first, second, instance="parted")
    assert [export.rows_accepted for file in answer.files for export in file.exports] == [2]
    second.unlink()
    assert "part 2 is not there" in str(check(home, first, instance="parted").files[0].problem)
