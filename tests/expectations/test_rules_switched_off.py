"""Each rule, switched off, is missed: what breaks it is told by it and by nothing else that a contract promises.

The predicates are run as plain SQL, all of an export in one query; that Great Expectations says the same of them is
`test_business_rules.py`'s and `test_structure_rules.py`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from gate_deliveries import Audit, Rows, make_facts, write_candidate
from gate_samples import BROKEN_FACTS, BROKEN_ROWS, GOOD
from test_structure_rules import OUTSIDE

from expectations.gate import Gate
from expectations.rules import Rule
from expectations.structure import structure_rules
from expectations.suite import Suite
from expectations.views import create_views
from ingest import contracts as contracts_module
from ingest.contracts import Contracts, ExportContract

WRITTEN = Path(contracts_module.__file__).parent
DERIVED = "columns_as_promised", "unique_key"


def promised(source: str) -> dict[str, list[str]]:
    """The rules that a contract file promises, read from its YAML without the program's model of it."""
    document = yaml.safe_load((WRITTEN / f"{source}.odcs.yaml").read_text(encoding="utf-8"))
    return {f"{source}.{entry['name']}": [*DERIVED, *_promises(entry["properties"])] for entry in document["schema"]}


def _promises(properties: list[dict[str, Any]]) -> Iterator[str]:
    for each in properties:
        name, options = each["name"], each.get("logicalTypeOptions", {})
        yield from [f"required_{name}"] * bool(each.get("required"))
        yield from [f"allowed_{name}"] * ("quality" in each)
        yield from [f"range_{name}"] * bool({"minimum", "maximum"} & set(options))
        yield from [f"pattern_{name}"] * ("pattern" in options)


def told_of_each(
    gate: Gate,
    folder: Path,
    contract: ExportContract,
    suite: Suite,
    *,
    rules: Sequence[Rule],
    samples: Mapping[str, Rows],
) -> dict[str, list[str]]:
    """Which of the rules find rows in each sample; all samples come in one file and are looked at one by one."""
    candidate = write_candidate(
        folder / "candidate.parquet", contract, [row for rows in samples.values() for row in rows]
    )
    connection, limits = gate._opened().connection, suite.limits_for(contract)
    create_views(connection, candidate=candidate, facts=make_facts(contract, 0), contract=contract, limits=limits)
    connection.exec_driver_sql("create or replace temp table sampled as select * from candidate")
    counts = ", ".join(f"(select count(*) from ({rule.predicate.violations()}\n))" for rule in rules)
    found, first = {}, 1
    for name, rows in samples.items():
        here = f"_record_number between {first} and {first + len(rows) - 1}"
        connection.exec_driver_sql(f"create or replace view candidate as select * from sampled where {here}")
        connection.exec_driver_sql(f"update delivery set rows_in = {len(rows)}, rows_accepted = {len(rows)}")
        row = connection.exec_driver_sql(f"select {counts}").one()
        found[name] = [rule.id for rule, count in zip(rules, row, strict=True) if count]
        first += len(rows)
    connection.rollback()
    return found


def structure_samples(contract: ExportContract) -> Iterator[tuple[str, Rows]]:
    """The smallest rows that break each rule of a contract, but for its columns."""
    good = GOOD[contract.name]
    yield "unique_key", [good, good]
    for rule in structure_rules(contract):
        kind, _, name = rule.id.partition("_")
        if kind in OUTSIDE and rule.id not in DERIVED:
            yield rule.id, [good | {name: OUTSIDE[kind](contract.column(name))}]


@pytest.mark.parametrize("source", sorted({export.partition(".")[0] for export in GOOD}))
def test_every_promise_of_a_contract_is_a_rule(contracts: Contracts, source: str) -> None:
    """A kind of rule, or a column's, that is no longer derived is missed."""
    derived = {
        name: [rule.id for rule in structure_rules(contract)]
        for name, contract in contracts.exports.items()
        if contract.source == source
    }
    assert {name: sorted(ids) for name, ids in derived.items()} == {
        name: sorted(ids) for name, ids in promised(source).items()
    }


@pytest.mark.parametrize("export", GOOD)
def test_each_promise_is_missed_where_its_rule_is_off(
    gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path, export: str
) -> None:
    """What breaks a promise is told by its rule alone, so that nothing would be told without it."""
    contract = contracts.exports[export]
    suite, rules = suites[contract.source], structure_rules(contract)
    samples = dict(structure_samples(contract))
    assert {*samples, "columns_as_promised"} == {rule.id for rule in rules}
    found = told_of_each(gate, tmp_path, contract, suite, rules=rules, samples=samples)
    assert found == {rule_id: [rule_id] for rule_id in samples}


@pytest.mark.parametrize("export", GOOD)
def test_a_missing_column_is_missed(
    gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path, export: str
) -> None:
    """The promise of the columns themselves needs a file of its own."""
    contract = contracts.exports[export]
    short = replace(contract, columns=contract.columns[:-1])
    rows = [{name: value for name, value in GOOD[export].items() if name != contract.columns[-1].name}]
    rule = structure_rules(contract)[:1]
    found = told_of_each(gate, tmp_path, short, suites[contract.source], rules=rule, samples={"short": rows})
    assert found == {"short": ["columns_as_promised"]}


@pytest.mark.parametrize("export", GOOD)
def test_each_business_rule_is_missed_where_it_is_off(
    gate: Gate, contracts: Contracts, suites: Mapping[str, Suite], tmp_path: Path, export: str
) -> None:
    """The sample of a rule is told by it alone: taken out of the suite, the delivery would pass without a word."""
    contract = contracts.exports[export]
    suite = suites[contract.source]
    rules = suite.rules_for(contract)
    samples = {rule_id: rows for (name, rule_id), rows in BROKEN_ROWS.items() if name == export}
    own = {rule.id for rule in suite.files[1].rules if rule.export == contract.export}
    assert set(samples) == own
    rows = {rule_id: [GOOD[export] | changed for changed in changes] for rule_id, changes in samples.items()}
    found = told_of_each(gate, tmp_path, contract, suite, rules=rules, samples=rows)
    assert found == {rule_id: [rule_id] for rule_id in samples}


@pytest.mark.parametrize("rule_id", ["won_but_not_closed", "merged_into_itself"])
def test_a_suite_without_the_rule_lets_its_sample_pass(audit: Audit, suites: Mapping[str, Suite], rule_id: str) -> None:
    """The same through the gate itself: with the rule refused, without it accepted."""
    shared, own = suites["crm"].files
    kept = tuple(rule for rule in own.rules if (rule.export, rule.id) != ("opportunities", rule_id))
    without = replace(suites["crm"], files=(shared, own.model_copy(update={"rules": kept})))
    sample = BROKEN_ROWS["crm.opportunities", rule_id]
    assert [each.rule_id for each in audit("crm.opportunities", sample).failures] == [rule_id]
    assert audit("crm.opportunities", sample, suite=without).passed


@pytest.mark.parametrize("rule_id", ["keys_lost", "as_of_in_future"])
def test_a_suite_without_the_rule_on_deliveries_lets_its_sample_pass(
    audit: Audit, suites: Mapping[str, Suite], rule_id: str
) -> None:
    """The rules on every delivery are in the shared file, and are missed too."""
    shared, own = suites["crm"].files
    kept = tuple(rule for rule in shared.rules if rule.id != rule_id)
    without = replace(suites["crm"], files=(shared.model_copy(update={"rules": kept}), own))
    facts = BROKEN_FACTS[rule_id]
    assert [each.rule_id for each in audit("crm.opportunities", **facts).failures] == [rule_id]
    assert audit("crm.opportunities", suite=without, **facts).passed
