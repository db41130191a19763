"""`partner-kpi erase` on a whole home: recorded by pseudonym, verified clean, and due to be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from partner_kpi.erasure import erase_person
from partner_kpi.operations import log_path, read_operations
from partner_kpi.pseudonyms import ensure_key, pseudonym
from partner_kpi.settings import Settings, SettingsError
from partner_kpi.verification import verify
from partner_kpi.warehouse_build import plan_build
from tests.conftest import CommandLine
from tests.partner_kpi.conftest import load_all

WHO = "Jo@Ours.example"
DEALS = (
    "opportunity_id,name,stage,amount,currency,created_date,close_date,owner\n"
    "O1,Deal 1,Open,100.00,USD,2026-07-01,,jo@ours.example\n"
    "O2,Deal 2,Open,many,USD,2026-07-02,,jo@ours.example\n"
    "O3,Deal 3,Open,300.00,USD,2026-07-03,,al@ours.example\n"
)


@pytest.fixture
def owned(small: Settings) -> Settings:
    """The small home, with a delivery whose deals have owners, one of them in a rejected row too."""
    (small.inbox / "generic" / "opportunities_2026-07-15.csv").write_text(DEALS, encoding="utf-8")
    load_all(small)
    return small


def fingerprint(settings: Settings) -> str:
    plan = plan_build(settings, as_of=date(2026, 8, 31), known_sequence=1, known_at=datetime(2026, 9, 1))
    return plan.fingerprint


def holding(home: Path, word: bytes) -> list[str]:
    return sorted(path.name for path in home.rglob("*") if path.is_file() and word in path.read_bytes().lower())


def test_an_erasure_is_recorded_without_the_person(owned: Settings) -> None:
    """Who asked for it and why, how much there was, which files went; the person by pseudonym."""
    assert "warehouse.duckdb" in holding(owned.home, b"jo@ours")
    erase_person(owned, WHO, instance="generic", reason="request 7", by="dpo")
    (line,) = [each for each in read_operations(owned) if each.what == "erase"]
    assert (line.who, line.why, line.ids["instance"], line.ids["rejected_rows"]) == ("dpo", "request 7", "generic", 1)
    assert line.ids["person"] == pseudonym(ensure_key(owned), "generic", WHO)
    assert b"ours.example" not in log_path(owned).read_bytes().lower()
    assert holding(owned.home, b"jo@ours") == []
    assert "warehouse.duckdb" in holding(owned.home, b"al@ours")


def test_the_home_is_whole_after_it(owned: Settings) -> None:
    """Files that are gone are not missed, and nothing of the history is lost."""
    assert not [finding for finding in verify(owned).broken if "snapshot" not in finding]
    before = verify(owned).broken
    erase_person(owned, WHO, instance="generic", reason="request 7")
    assert verify(owned).broken == before


def test_the_same_loads_are_another_build_then(owned: Settings) -> None:
    """So that the next run publishes without the old pseudonym."""
    before = fingerprint(owned)
    erase_person(owned, WHO, instance="generic", reason="request 7")
    assert fingerprint(owned) != before


def test_a_reason_that_names_the_person_is_refused(small: Settings) -> None:
    """The reason is kept for ever."""
    with pytest.raises(SettingsError, match="must not name the person"):
        erase_person(small, WHO, instance="generic", reason="jo@ours.example asked for it")


def test_the_commands_say_what_was_done_and_who_is_who(owned: Settings, partner_kpi: CommandLine) -> None:
    """One home, three answers: erased, somebody unknown (1), the pseudonym of somebody."""
    home = ("--home", str(owned.home), "--instance", "generic")
    done = partner_kpi("erase", WHO, "--reason", "request 7", *home)
    assert done.returncode == 0, done.stderr
    assert "Erased: " in done.stdout and "removed  deliveries/crm.opportunities/generic" in done.stdout
    unknown = partner_kpi("erase", "nobody", "--reason", "request 8", *home)
    assert unknown.returncode == 1 and "names this person" in unknown.stderr
    told = partner_kpi("pseudonym", "al@ours.example", *home)
    assert told.stdout.strip() == pseudonym(ensure_key(replace(owned)), "generic", "al@ours.example")
