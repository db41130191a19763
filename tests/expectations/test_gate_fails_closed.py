"""What the gate does when a rule, a file or Great Expectations itself fails: it lets no delivery through."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gate_deliveries import Audit, make_facts, write_candidate
from gate_samples import GOOD

from expectations.errors import AuditIncompleteError, CandidateUnreadableError, SuiteMismatchError
from expectations.gate import AuditReport, Gate, check_complete
from expectations.rules import Rule
from expectations.suite import Suite
from expectations.validation import Outcome, Validation
from ingest.contracts import Contracts

EXPORT = "crm.opportunities"


def rule(sql: str, **changes: Any) -> Rule:
    said = {
        "id": "extra",
        "export": "opportunities",
        "severity": "warning",
        "sql": sql,
        "message": "Something is wrong.",
    }
    return Rule.model_validate(said | {"message": "Something is wrong, mend it."} | changes)


def with_rules(suite: Suite, *rules: Rule) -> Suite:
    shared, own = suite.files
    return replace(suite, files=(shared, own.model_copy(update={"rules": (*own.rules, *rules)})))


@pytest.mark.parametrize(
    "sql",
    [
        "select * from candidate where no_such_column = 1",
        "select * from candidate where cast(stage as integer) = 1",
        "from candidate where case _record_number when 3000 then cast(stage as integer) else 0 end = 1",
    ],
)
def test_a_rule_that_raises_blocks_and_disturbs_no_other(audit: Audit, suites: Mapping[str, Suite], sql: str) -> None:
    """It is an error of the gate, not a finding about the data; it blocks even as a warning."""
    suite = with_rules(suites["crm"], rule(sql), rule("select * from candidate where amount > 5", id="other"))
    rows = [{"opportunity_id": f"O{number}", "created_date": None} for number in range(3000)]
    report = audit(EXPORT, rows, suite=suite)
    assert [(each.rule_id, each.errored) for each in report.failures] == [("extra", True)]
    assert report.failures[0].message.startswith("Rule extra on crm.opportunities could not be evaluated")
    assert {each.rule_id: each.unexpected_count for each in report.warnings} == {
        "no_created_date": 3000,
        "other": 3000,
    }
    assert not report.passed
    assert audit(EXPORT).passed, "the next delivery is audited as if nothing had been"


def test_braces_colons_and_percent_signs_of_a_rule_reach_the_database(
    audit: Audit, suites: Mapping[str, Suite]
) -> None:
    """Great Expectations formats queries and SQLAlchemy binds `:names`; a rule is plain SQL all the same."""
    sql = "from candidate where name like '100%:x{y}' and regexp_full_match(stage, '[a-z]{3}') -- {all}"
    report = audit(EXPORT, [{"name": "100 %:x{y}", "stage": "won"}], suite=with_rules(suites["crm"], rule(sql)))
    assert [(each.rule_id, each.errored, each.unexpected_count) for each in report.warnings] == [("extra", False, 1)]


def test_the_query_of_a_rule_runs_once(gate: Gate, audit: Audit, suites: Mapping[str, Suite]) -> None:
    """A rule that every row keeps costs one pass over the delivery."""
    rows = [{"opportunity_id": f"O{number}"} for number in range(3)]
    connection = gate._opened().connection
    connection.exec_driver_sql("create or replace sequence rows_seen")
    suite = with_rules(suites["crm"], rule("select * from candidate where nextval('rows_seen') < 0"))
    assert audit(EXPORT, rows, suite=suite).passed
    assert connection.exec_driver_sql("select nextval('rows_seen')").scalar_one() == len(rows) + 1


def test_personal_data_is_not_quoted(audit: Audit, suites: Mapping[str, Suite]) -> None:
    """Not even a rule that asks for it puts a person's name into a message."""
    asked = rule("select * from candidate", show=("owner", "amount"))
    report = audit(EXPORT, [{"owner": "Ada Lovelace"}], suite=with_rules(suites["crm"], asked))
    assert report.warnings[0].message == (
        "Something is wrong, mend it. 1 row, for example record 1, opportunity_id O1, amount 100.00."
    )


def test_values_are_shown_short_and_on_one_line(audit: Audit) -> None:
    """A cell cannot break the paragraph."""
    message = audit(EXPORT, [{"currency": "EU\nR" + "x" * 200}]).failures[0].message
    assert "currency EU R" + "x" * 56 + "..." in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("outcomes", "named"),
    [({}, "one"), ({"one": Outcome(passed=True), "two": Outcome(passed=True)}, "two")],
)
def test_an_audit_with_a_missing_or_surplus_outcome_is_void(outcomes: dict[str, Outcome], named: str) -> None:
    """Evaluated must equal declared."""
    with pytest.raises(AuditIncompleteError, match=named):
        check_complete(EXPORT, [rule("select 1", id="one")], outcomes)


def test_a_rule_that_is_dropped_on_the_way_voids_the_audit(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations drops what it does not know; the audit notices."""
    evaluate = Validation.evaluate
    monkeypatch.setattr(Validation, "evaluate", lambda self, rules: evaluate(self, rules[1:]))
    with pytest.raises(AuditIncompleteError, match="columns_as_promised"):
        audit(EXPORT)


def test_when_the_library_itself_fails_every_rule_is_an_error(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception from within is no verdict, and nothing passes by it."""
    monkeypatch.setattr("great_expectations.ExpectationSuite.expectation_configurations", None)
    report = audit(EXPORT)
    assert not report.passed
    assert all(each.errored for each in report.results)


def test_an_audit_without_rules_is_void() -> None:
    """Nothing checked is nothing passed."""
    with pytest.raises(AuditIncompleteError, match="no rule at all"):
        check_complete(EXPORT, [], {})
    assert not AuditReport(results=(), suite_version="").passed


@pytest.mark.parametrize("content", [None, b"", b"PAR1 this is no Parquet file PAR1"])
def test_a_candidate_that_cannot_be_opened_is_named(
    gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path, content: bytes | None
) -> None:
    """A missing or broken file ends in one paragraph, and the gate goes on."""
    contract, candidate = contracts.exports[EXPORT], tmp_path / "candidate.parquet"
    if content is not None:
        candidate.write_bytes(content)
    with pytest.raises(CandidateUnreadableError) as raised:
        gate.audit(candidate, make_facts(contract, 1), contract, suites["crm"])
    assert str(raised.value).startswith(f"{candidate}: the parsed delivery cannot be audited: ")
    assert "\n" not in str(raised.value)
    good = write_candidate(tmp_path / "good.parquet", contract, [GOOD[EXPORT]])
    assert gate.audit(good, make_facts(contract, 1), contract, suites["crm"]).passed


def test_a_path_is_only_a_path(gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path) -> None:
    """Quotes and glob characters in a folder's name read neither SQL nor other files."""
    contract, folder = contracts.exports[EXPORT], tmp_path / "it's [a] *.home?"
    folder.mkdir()
    candidate = write_candidate(folder / "candidate.parquet", contract, [GOOD[EXPORT]])
    assert gate.audit(candidate, make_facts(contract, 1), contract, suites["crm"]).passed


def test_what_does_not_belong_together_is_not_audited(
    gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path
) -> None:
    """Facts of one export and rules of another would pass anything."""
    contract, other = contracts.exports[EXPORT], contracts.exports["prm.partners"]
    candidate = write_candidate(tmp_path / "candidate.parquet", contract, [GOOD[EXPORT]])
    with pytest.raises(SuiteMismatchError, match=r"the facts of prm\.partners"):
        gate.audit(candidate, make_facts(other, 1), contract, suites["crm"])
    with pytest.raises(SuiteMismatchError, match="the suite of prm"):
        gate.audit(candidate, make_facts(contract, 1), contract, suites["prm"])


SILENT = """
import sys
from datetime import date
from pathlib import Path
from expectations.gate import open_gate
from expectations.suite import load_suites
from ingest.contracts import load_contracts
from ingest.delivery import DeliveryFacts
contracts = load_contracts()
suites = load_suites(contracts)
contract = contracts.exports["crm.opportunities"]
day = date(2025, 3, 31)
facts = DeliveryFacts(export=contract.name, instance="sf", as_of_date=day, received_date=day, rows_in=1,
    rows_accepted=1, rows_rejected=0, rows_collapsed=0, conflicting_keys=0, keys_before=0, keys_lost=0,
    extra_columns=())
with open_gate() as gate:
    assert "great_expectations" not in sys.modules and "sqlalchemy" not in sys.modules
    report = gate.audit(Path(sys.argv[1]), facts, contract, suites["crm"])
assert report.failures[0].rule_id == "won_but_not_closed"
"""


def test_the_gate_is_lazy_silent_and_leaves_nothing_behind(contracts: Contracts, tmp_path: Path) -> None:
    """Great Expectations is imported by the first audit only; it prints nothing and writes no file."""
    contract, home = contracts.exports[EXPORT], tmp_path / "home"
    home.mkdir()
    bad = GOOD[EXPORT] | {"is_closed": False}
    candidate = write_candidate(tmp_path / "candidate.parquet", contract, [bad])
    project = Path(__file__).parents[2]
    places = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", SILENT, str(candidate)],
        cwd=home,
        env=os.environ | places,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert list(home.rglob("*")) == []
