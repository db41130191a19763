"""Quarantine as an analyst works with it: real commands on a small real home."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
from conftest import REFUSED, load_all

from partner_kpi import road
from partner_kpi.operations import Operation, current_user, read_operations
from partner_kpi.settings import Settings
from partner_kpi.standing import standing_refusals
from tests.conftest import CommandLine


def refused_number(settings: Settings) -> int:
    (row,) = (row for row in road.ledger(settings) if row.verdict == "quarantined")
    return row.load_seq


def standing(settings: Settings) -> list[str]:
    return [each.file_name for each in standing_refusals(road.ledger(settings), road.decisions(settings))]


def last_operation(settings: Settings) -> Operation:
    return list(read_operations(settings))[-1]


def test_list_names_what_waits(small: Settings, partner_kpi: CommandLine) -> None:
    """File, rules and that it stands; in JSON for machines."""
    done = partner_kpi("quarantine", "list", "--home", str(small.home))
    assert done.returncode == 0, done.stderr
    assert REFUSED in done.stdout and "stands refused" in done.stdout and "keys_lost" in done.stdout
    (entry,) = json.loads(partner_kpi("quarantine", "list", "--home", str(small.home), "--json").stdout)
    assert (entry["case"]["load"]["load_seq"], entry["stands"]) == (refused_number(small), True)


def test_show_says_what_is_missing(small: Settings, partner_kpi: CommandLine) -> None:
    """Rules with their sentence, the unreadable row with its line, keys, money by currency, and the KPIs' dates."""
    done = partner_kpi("quarantine", "show", "crm.opportunities", "--home", str(small.home))
    words = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "keys_lost: The snapshot lacks too many" in words
    assert "line 4: amount = 'many' (unreadable_value)" in words
    assert "1 new: not known (O7)" in words
    assert "1 changed: not as it says (O1)" in words
    assert "3 gone: still counted, though it no longer holds them (O3, O4, O5)" in words
    assert "amount EUR 700.00 0.00 700.00" in words
    assert "amount USD 150.00 1,300.00 -1,150.00" in words
    assert re.search(r"KPIs stand without it, with data through 2026-\d\d-\d\d", words)
    assert re.search(r"win_rate_by_count Win rate.* ttm-2026-\d\d \d+\.\d %", words)
    assert f"quarantine release {refused_number(small)} --reason" in words


def test_a_release_is_loaded_logged_and_no_longer_stands(small: Settings, partner_kpi: CommandLine) -> None:
    """Readable rows come in, the rest stays rejected; ledger and operations log say who waived which rules and why."""
    number = str(refused_number(small))
    done = partner_kpi(
        "quarantine", "release", number, "--home", str(small.home), "--reason", "they cleaned up", "--by", "ada"
    )
    assert done.returncode == 0, done.stderr
    assert "3 rows accepted, 1 rejected" in done.stdout and "keys_lost" in done.stdout
    assert standing(small) == []
    with duckdb.connect(str(small.warehouse), read_only=True) as connection:
        held = connection.execute(
            "select opportunity_id from raw_crm.opportunities where _valid_to is null order by 1"
        ).fetchall()
        [(by, why, waived)] = connection.execute(
            "select decided_by, reason, waived_rules from ledger.decisions"
        ).fetchall()
    assert held == [("O1",), ("O2",), ("O7",)]
    assert (by, why) == ("ada", "they cleaned up")
    assert {rule["rule_id"] for rule in json.loads(waived)} == {"keys_lost", "rejected_share"}
    said = last_operation(small)
    assert (said.what, said.who, said.why, said.result) == ("release", "ada", "they cleaned up", "accepted")
    assert set(said.ids["waived_rules"]) == {"keys_lost", "rejected_share"}
    opened = partner_kpi("quarantine", "show", number, "--home", str(small.home))
    assert "released" in opened.stdout and "by ada: they cleaned up" in opened.stdout
    again = partner_kpi("quarantine", "release", number, "--home", str(small.home), "--reason", "again")
    assert again.returncode == 1 and "is settled" in again.stderr


def test_a_discard_settles_it(small: Settings, partner_kpi: CommandLine) -> None:
    """It no longer stands, by the machine's user where nobody is named; file and reason stay, and a run leaves it."""
    number = str(refused_number(small))
    done = partner_kpi("quarantine", "discard", number, "--home", str(small.home), "--reason", "sent by mistake")
    assert done.returncode == 0, done.stderr
    assert standing(small) == []
    assert last_operation(small).who == current_user()
    assert {result.verdict for result in load_all(small)} == {"duplicate"}
    assert (
        "Nothing waits in quarantine. 1 settled" in partner_kpi("quarantine", "list", "--home", str(small.home)).stdout
    )
    opened = partner_kpi("quarantine", "show", number, "--home", str(small.home))
    assert "discarded" in opened.stdout and "keys_lost" in opened.stdout
    assert (next(small.home.glob("quarantine/*/*/*")) / REFUSED).is_file()


def test_a_decision_needs_a_reason(small: Settings, partner_kpi: CommandLine) -> None:
    """Without one it is wrong usage; an empty one is a sentence. Nothing is decided."""
    number = str(refused_number(small))
    assert partner_kpi("quarantine", "discard", number, "--home", str(small.home)).returncode == 2
    done = partner_kpi("quarantine", "release", number, "--home", str(small.home), "--reason", "  ")
    assert done.returncode == 1 and "needs a reason" in done.stderr
    assert standing(small) == [REFUSED]


def test_a_mended_mapping_is_tried_without_the_file(small: Settings) -> None:
    """The next run audits the quarantined bytes again, though the inbox has them no more."""
    (small.inbox / "generic" / REFUSED).unlink()
    assert [result.verdict for result in load_all(small)] == ["duplicate"]
    mend(small)
    again = load_all(small)
    assert [(result.verdict, result.rows_in, result.rows_rejected) for result in again] == [
        ("duplicate", 0, 0), ("accepted", 2, 0),
    ]  # fmt: skip
    assert standing(small) == []
    assert {result.verdict for result in load_all(small)} == {"duplicate"}


def mend(small: Settings) -> None:
    """A mapping of one's own: the month is a delta, and deals without a readable amount are no part of it."""
    vendors: Path = small.vendors
    vendors.mkdir()
    (vendors / "generic.yaml").write_text(
        "extends: generic\n"
        "files:\n"
        "  - pattern: opportunities_{as_of}.csv\n"
        "    exports:\n"
        "      crm.opportunities:\n"
        "        mode: delta\n"
        "        rows: [{column: amount, not_in: [many, '200.00']}]\n",
        encoding="utf-8",
    )
