"""`partner-kpi erase` on a whole home: recorded by pseudonym, verified clean, and due to be published."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest

from ingest.erasure import NobodyFoundError
from partner_kpi.erasure import erase_person
from partner_kpi.operations import log_path, read_operations
from partner_kpi.pseudonyms import ensure_key, pseudonym
from partner_kpi.settings import Settings, SettingsError, load_settings
from partner_kpi.verification import verify
from partner_kpi.warehouse_build import plan_build
from tests.conftest import CommandLine, run_command
from tests.partner_kpi.conftest import load_all

WHO = "Jo@Ours.example"
DEALS = (
    "opportunity_id,name,stage,amount,currency,created_date,close_date,owner\n"
    "O1,Deal 1,Open,100.00,USD,2026-07-01,,jo@ours.example\n"
    "O2,Deal 2,Open,200.00,USD,2026-07-02,,jo@ours.example\n"
    "O3,Deal 3,Open,300.00,USD,2026-07-03,,al@ours.example\n"
)


@dataclass(frozen=True, kw_only=True)
class Erased:
    """A home after an erasure by the command line, what it said, and how it was before."""

    settings: Settings
    said: str
    holding_before: list[str]
    broken_before: tuple[str, ...]
    fingerprint_before: str


@pytest.fixture(scope="module")
def erased(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    """The small home with a late delivery whose deals have owners, one of whom is erased."""
    folder = tmp_path_factory.mktemp("erased") / "small"
    shutil.copytree(made_home, folder, symlinks=True)
    settings = replace(load_settings(home=folder / "home", environment={}), inbox=folder / "inbox")
    (settings.inbox / "generic" / "opportunities_2026-07-15.csv").write_text(DEALS, encoding="utf-8")
    assert "accepted" in [result.verdict for result in load_all(settings)]
    before = {
        "holding_before": holding(settings.home, b"jo@ours"),
        "broken_before": verify(settings).broken,
        "fingerprint_before": fingerprint(settings),
    }
    command = ("erase", WHO, "--instance", "generic", "--reason", "request 7", "--by", "dpo")
    done = run_command(*command, "--home", str(settings.home))
    assert done.returncode == 0, done.stderr
    return Erased(settings=settings, said=done.stdout, **before)


def fingerprint(settings: Settings) -> str:
    plan = plan_build(settings, as_of=date(2026, 8, 31), known_sequence=1, known_at=datetime(2026, 9, 1))
    return plan.fingerprint


def holding(home: Path, word: bytes) -> list[str]:
    return sorted(path.name for path in home.rglob("*") if path.is_file() and word in path.read_bytes().lower())


def test_an_erasure_is_recorded_without_the_person(erased: Erased) -> None:
    """Who asked for it and why, how much there was; the person by pseudonym."""
    settings = erased.settings
    (line,) = [each for each in read_operations(settings) if each.what == "erase"]
    assert (line.who, line.why, line.ids["instance"], line.ids["rows"]) == ("dpo", "request 7", "generic", 2)
    assert line.ids["person"] == pseudonym(ensure_key(settings), "generic", WHO)
    assert b"ours.example" not in log_path(settings).read_bytes().lower()


def test_the_person_is_gone_and_others_are_not(erased: Erased) -> None:
    """From the file of the warehouse too, in which rewritten tables leave no old bytes."""
    assert {"warehouse.duckdb", "2026-07-15_000003__opportunities_2026-07-15.csv"} <= set(erased.holding_before)
    assert holding(erased.settings.home, b"jo@ours") == []
    assert "warehouse.duckdb" in holding(erased.settings.home, b"al@ours")
    assert "2 archived row(s)" in erased.said
    assert "removed  deliveries/crm.opportunities/generic/2026-07-15_000003__opportunities" in erased.said


def test_the_home_is_whole_after_it(erased: Erased) -> None:
    """Files that are gone are not missed, and nothing of the history is lost."""
    assert (erased.broken_before, verify(erased.settings).broken) == ((), ())


def test_the_same_loads_are_another_build_then(erased: Erased) -> None:
    """So that the next run publishes without the old pseudonym."""
    assert fingerprint(erased.settings) != erased.fingerprint_before


def test_somebody_unknown_is_said_to_be(erased: Erased) -> None:
    """With the exit code of what failed, and no line in the log."""
    with pytest.raises(NobodyFoundError, match="names this person"):
        erase_person(erased.settings, "nobody", instance="generic", reason="request 8")
    assert len([each for each in read_operations(erased.settings) if each.what == "erase"]) == 1


def test_a_reason_that_names_the_person_is_refused(erased: Erased) -> None:
    """The reason is kept for ever."""
    with pytest.raises(SettingsError, match="must not name the person"):
        erase_person(erased.settings, WHO, instance="generic", reason="jo@ours.example asked for it")


def test_the_pseudonym_of_somebody_can_be_asked_for(erased: Erased, partner_kpi: CommandLine) -> None:
    """By whoever has the home, to find their rows in the marts."""
    home = ("--home", str(erased.settings.home), "--instance", "generic")
    told = partner_kpi("pseudonym", "al@ours.example", *home)
    assert told.stdout.strip() == pseudonym(ensure_key(erased.settings), "generic", "al@ours.example")
