"""Rules derived from the contracts, through Great Expectations, for every column of every export."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gate_deliveries import make_facts, write_candidate
from gate_samples import GOOD

from expectations.gate import Gate
from expectations.structure import structure_rules
from expectations.suite import load_suites
from ingest.contracts import Column, Contracts

OUTSIDE: dict[str, Callable[[Column], Any]] = {
    "required": lambda column: None,
    "allowed": lambda column: "no such value",
    "range": lambda column: -1 if column.minimum is not None else column.maximum + 1,
    "pattern": lambda column: "?",
}


@pytest.mark.parametrize("export", GOOD)
def test_each_promise_is_kept_or_reported(gate: Gate, contracts: Contracts, tmp_path: Path, export: str) -> None:
    """One file that breaks every promise of a contract is told every one of them."""
    contract = contracts.exports[export]
    rules = [rule.id for rule in structure_rules(contract) if rule.id != "columns_as_promised"]
    rows = [GOOD[export], GOOD[export]]
    for rule_id in rules:
        kind, _, name = rule_id.partition("_")
        if kind in OUTSIDE:
            rows.append(GOOD[export] | {name: OUTSIDE[kind](contract.column(name))})
    candidate = write_candidate(tmp_path / "candidate.parquet", contract, rows)
    suite = load_suites(contracts)[contract.source]
    report = gate.audit(candidate, make_facts(contract, len(rows)), contract, suite)
    broken = {each.rule_id: each for each in report.results if not each.passed}
    assert set(rules) <= set(broken)
    assert not any(each.errored for each in broken.values())
    assert all("record" in broken[rule_id].message for rule_id in rules)


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("required_stage", 1),
        ("allowed_amount_type", 1),
        ("range_probability", 2),
        ("pattern_currency", 1),
        ("unique_key", 2),
    ],
)
def test_counts_are_those_of_the_rows(gate: Gate, contracts: Contracts, tmp_path: Path, kind: str, count: int) -> None:
    """Each kind of expectation counts the rows that its own SQL finds."""
    contract = contracts.exports["crm.opportunities"]
    wrong = [
        {"stage": None},
        {"amount_type": "MRR"},
        {"probability": -0.1},
        {"probability": 1.1},
        {"currency": "eur"},
    ]
    good = GOOD[contract.name]
    rows = [good | {"opportunity_id": f"O{number}"} | changes for number, changes in enumerate(wrong)]
    rows += [good | {"opportunity_id": "twice"}, good | {"opportunity_id": "twice", "amount": 7}]
    candidate = write_candidate(tmp_path / "candidate.parquet", contract, rows)
    suite = load_suites(contracts)["crm"]
    report = gate.audit(candidate, make_facts(contract, len(rows)), contract, suite)
    result = next(each for each in report.results if each.rule_id == kind)
    assert result.unexpected_count == count
    assert f"{count} row{'s' if count > 1 else ''}, for example record " in result.message


def test_a_column_of_another_type_is_reported(gate: Gate, contracts: Contracts, tmp_path: Path) -> None:
    """What the parser wrote is compared with the contract, column by column."""
    contract = contracts.exports["policy.regions"]
    text = replace(contract.column("region"), type="BIGINT")
    written = replace(contract, columns=(contract.column("country"), text))
    candidate = write_candidate(tmp_path / "candidate.parquet", written, [{"country": "DE", "region": 1}])
    suite = load_suites(contracts)["policy"]
    report = gate.audit(candidate, make_facts(contract, 1), contract, suite)
    message = next(each.message for each in report.failures if each.rule_id == "columns_as_promised")
    assert "promised_column country_name, promised_type VARCHAR, found_type (empty)" in message
    assert "promised_column region, promised_type VARCHAR, found_type BIGINT" in message


def test_the_key_of_a_mapping_counts(gate: Gate, contracts: Contracts, tmp_path: Path) -> None:
    """A contract with another key is unique by that key."""
    contract = contracts.exports["crm.opportunities"]
    rows = [GOOD[contract.name], GOOD[contract.name] | {"account_id": "A1"}]
    candidate = write_candidate(tmp_path / "candidate.parquet", contract, rows)
    suite, facts = load_suites(contracts)["crm"], make_facts(contract, 2)
    assert not gate.audit(candidate, facts, contract, suite).passed
    assert gate.audit(candidate, facts, replace(contract, key=("opportunity_id", "account_id")), suite).passed


def test_a_malformed_duns_number_is_only_a_warning(gate: Gate, contracts: Contracts, tmp_path: Path) -> None:
    """A suite may lower the severity of a derived rule without writing it again."""
    contract = contracts.exports["prm.partners"]
    rows = [GOOD[contract.name] | {"duns": "12345678"}]
    candidate = write_candidate(tmp_path / "candidate.parquet", contract, rows)
    report = gate.audit(candidate, make_facts(contract, 1), contract, load_suites(contracts)["prm"])
    assert report.passed
    assert [each.rule_id for each in report.warnings] == ["pattern_duns"]
