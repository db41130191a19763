"""Taking in: verdicts, ledger, archive, quarantine and the lock."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pytest
from ingest_desk import Report, Warehouse

from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts, RuleOutcome
from ingest.errors import FileChangedError
from ingest.ledger import read_loads
from ingest.load import take_in

HEAD = "opportunity_id,stage,amount\n"
ONE = HEAD + "1,Open,5\n2,Open,6\n"


def refuse(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> Report:
    """An audit that finds one rule broken."""
    rule = RuleOutcome(rule_id="volume", severity="critical", message="half of the keys are gone", unexpected_count=1)
    return Report(failures=(rule,))


def test_an_accepted_delivery_is_raw_data_ledger_and_archive(warehouse: Warehouse) -> None:
    """One load: rows, a ledger row that adds up, rejected rows with their place, files for the owner only."""
    result = warehouse.take(ONE + "3,Open,six\n1,Open,5\n")
    assert (
        result.verdict,
        result.rows_in,
        result.rows_accepted,
        result.rows_rejected,
        result.rows_collapsed,
    ) == (
        "accepted",
        4,
        2,
        1,
        1,
    )
    [row] = read_loads(warehouse.connection)
    assert (row.load_seq, row.verdict, row.as_of_date, row.versions_opened) == (
        1,
        "accepted",
        date(2025, 1, 31),
        2,
    )
    assert warehouse.query("select load_seq, line_number, rule, column_name, value from ledger.rejected_rows") == [
        (1, 4, "unreadable_value", "amount", "six")
    ]
    kept = sorted((warehouse.home / "deliveries" / "crm.opportunities" / "one").iterdir())
    assert [path.name for path in kept] == [
        "2025-01-31_000001.parquet",
        "2025-01-31_000001__crm.opportunities_2025-01-31.csv",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE(kept[0].parent.stat().st_mode) == 0o700


def test_a_refused_delivery_leaves_the_last_good_data(warehouse: Warehouse) -> None:
    """What fails the audit goes to quarantine with its reason; raw data and visible rows stay as they were."""
    warehouse.take(ONE)
    before = warehouse.query("select * from raw_crm.opportunities")
    result = warehouse.take(HEAD + "1,Won,5\n3,Open,x\n", as_of="2025-02-28", audit=refuse)
    assert (result.verdict, result.load_seq) == ("quarantined", 2)
    assert result.quarantine is not None
    assert "half of the keys are gone" in str(result.reason)
    assert warehouse.query("select * from raw_crm.opportunities") == before
    reason = json.loads((result.quarantine / "reason.json").read_text())
    assert (reason["load_seq"], reason["failed_rules"][0]["rule_id"]) == (2, "volume")
    assert sorted(path.name for path in result.quarantine.iterdir()) == [
        "crm.opportunities_2025-02-28.csv",
        "reason.json",
        "rejected.parquet",
    ]


def test_an_unreadable_delivery_is_quarantined_too(warehouse: Warehouse) -> None:
    """A header that changed is a refusal like any other, with the message as its reason."""
    result = warehouse.take("opportunity_id,stages\n1,Open\n")
    assert (result.verdict, result.failed_rules[0].rule_id) == ("quarantined", "parse.header")
    assert 'misses "stage"' in str(result.reason)
    assert read_loads(warehouse.connection)[0].reason == result.reason


def test_conflicting_rows_never_reach_history(warehouse: Warehouse) -> None:
    """Even where no suite asks, one key has one row."""
    result = warehouse.take(HEAD + "1,Open,5\n1,Won,5\n")
    assert (result.verdict, result.failed_rules[0].rule_id) == ("quarantined", "history.unique_key")


def test_the_same_bytes_for_the_same_date_are_a_duplicate(warehouse: Warehouse) -> None:
    """A run that sees a file again writes nothing; for a newer date they are news that nothing changed."""
    warehouse.take(ONE)
    again = warehouse.take(ONE, name="copy_2025-01-31.csv")
    assert (again.verdict, again.load_seq) == ("duplicate", 1)
    fresh = warehouse.take(ONE, as_of="2025-02-28")
    assert (fresh.verdict, fresh.versions_opened, fresh.versions_closed) == ("accepted", 0, 0)
    assert len(read_loads(warehouse.connection)) == 2


def test_a_correction_taken_back_is_taken_in_again(warehouse: Warehouse) -> None:
    """The same file name with the first bytes again restates what the second ones said."""
    for text in (ONE, ONE.replace("Open", "Won"), ONE):
        assert warehouse.take(text).verdict == "accepted"
    assert warehouse.visible("raw_crm.opportunities", "distinct stage", date(2025, 1, 31), 3) == [("Open",)]
    assert warehouse.visible("raw_crm.opportunities", "distinct stage", date(2025, 1, 31), 2) == [("Won",)]


def test_a_refused_delivery_is_judged_again_under_new_rules_only(warehouse: Warehouse) -> None:
    """Quarantine holds until contract, mapping or suite change."""
    warehouse.take(ONE, audit=refuse)
    assert warehouse.take(ONE).verdict == "duplicate"
    assert warehouse.take(ONE, suite_version="2").verdict == "accepted"


def test_the_gate_hears_what_a_delivery_would_take_away(warehouse: Warehouse) -> None:
    """Keys that hold on its date, and those of them it no longer has."""
    heard: list[DeliveryFacts] = []

    def listen(candidate: Path, facts: DeliveryFacts, contract: ExportContract) -> Report:
        heard.append(facts)
        return Report()

    warehouse.take(ONE, audit=listen)
    warehouse.take(HEAD + "2,Open,6\n3,Open,7\n", as_of="2025-02-28", audit=listen)
    warehouse.take(HEAD + "9,Open,6\n", {"mode": "delta"}, as_of="2025-03-31", audit=listen)
    warehouse.take(HEAD + "1,Open,6\n", as_of="2025-02-01", audit=listen)
    assert [(facts.keys_before, facts.keys_lost) for facts in heard] == [(0, 0), (2, 1), (2, 0), (2, 1)]


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(warehouse: Warehouse) -> None:
    """Bytes other than the fingerprinted ones are never taken in, and nothing is recorded."""
    delivery = warehouse.desk.delivery(ONE, {}, export="crm.opportunities", as_of="2025-01-31")
    delivery.path.write_text(ONE + "3,Open,7\n")
    with pytest.raises(FileChangedError, match="Run again"):
        take_in(
            delivery,
            connection=warehouse.connection,
            home=warehouse.home,
            run_id="run",
            suite_version="1",
            contract=warehouse.desk.contracts.exports["crm.opportunities"],
            audit=refuse,
        )
    assert read_loads(warehouse.connection) == []


def test_files_of_a_run_that_died_are_replaced(warehouse: Warehouse) -> None:
    """Files without a ledger row are read by nobody; the next load of that number writes its own."""
    folder = warehouse.home / "deliveries" / "crm.opportunities" / "one"
    folder.mkdir(parents=True)
    (folder / "2025-01-31_000001.parquet").write_bytes(b"half a file")
    (warehouse.home / "deliveries" / ".work").mkdir()
    (warehouse.home / "deliveries" / ".work" / "candidate.parquet").write_bytes(b"rubbish")
    assert warehouse.take(ONE).verdict == "accepted"
    assert warehouse.take(HEAD + "1,Won,5\n", as_of="2025-01-01").verdict == "accepted"
    assert warehouse.visible("raw_crm.opportunities", "opportunity_id", date(2025, 1, 31), 2) == [
        ("1",),
        ("2",),
    ]


def test_a_failure_in_the_commit_leaves_no_trace_in_the_tables(warehouse: Warehouse) -> None:
    """Raw rows, rejected rows and ledger entry come together or not at all."""
    warehouse.connection.execute("drop table ledger.rejected_rows")
    with pytest.raises(Exception, match="rejected_rows"):
        warehouse.take(ONE)
    assert warehouse.query("select count(*) from raw_crm.opportunities") == [(0,)]
    assert read_loads(warehouse.connection) == []
