"""Suite files are read strictly: what is not understood is refused, in a paragraph with place and reason."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations import suite as suite_module
from expectations.errors import SuiteInvalidError, SuiteUnreadableError
from expectations.predicates import PREDICATES
from expectations.suite import Suite, load_suites
from expectations.views import DELIVERY_COLUMNS
from ingest.contracts import Contracts
from ingest.delivery import DeliveryFacts

BUILT_IN = Path(suite_module.__file__).parent / "suites"
BETWEEN = "expect_column_values_to_be_between"


@pytest.fixture
def only_finance(contracts: Contracts) -> Contracts:
    return Contracts(exports={"finance.fx_rates": contracts.exports["finance.fx_rates"]})


def load(folder: Path, contracts: Contracts, own: Any, shared: Any = None) -> Mapping[str, Suite]:
    for name, content in (("finance", own), ("delivery", shared)):
        text = (BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8") if content is None else content
        written = text if isinstance(text, str) else yaml.safe_dump(text)
        (folder / f"{name}.yaml").write_text(written, encoding="utf-8")
    return load_suites(contracts, folder)


RULE: dict[str, Any] = {
    "id": "sample",
    "export": "fx_rates",
    "severity": "critical",
    "sql": "select * from candidate where false",
    "message": "Nothing is wrong with this rule.",
}
EXPECTED = {"sql": None, "expectation": BETWEEN}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {
                "sql": None,
                "expectation": "expect_column_values_to_be_betwen",
                "kwargs": {"column": "currency"},
            },
            f'expectation `expect_column_values_to_be_betwen` is not known (did you mean "{BETWEEN}"?)',
        ),
        (
            {"sql": None, "expectation": "something_else"},
            "is not known; known are expect_column_values_to_not_be_null",
        ),
        (
            {**EXPECTED, "kwargs": {"column": "units_per_eur", "minimum": 0}},
            "`minimum` Extra inputs are not permitted",
        ),
        (
            {**EXPECTED, "kwargs": {"column": "units_per_eur", "min_value": "0"}},
            "`min_value` `int` Input should be",
        ),
        ({**EXPECTED, "kwargs": {"column": "units_per_eur"}}, "min_value or max_value is needed"),
        (
            {**EXPECTED, "kwargs": {"column": "rate", "min_value": 0}},
            "rule `sample` names column `rate`, which finance.fx_rates does not have",
        ),
        ({"severity": "fatal"}, "`severity` Input should be 'critical' or 'warning'"),
        ({"severty": "warning"}, "`severty` Extra inputs are not permitted"),
        ({"message": "bad"}, "`message` String should have at least 20 characters"),
        ({"export": "rates"}, "`rates` is not delivered by finance, which has *, fx_rates"),
        ({"sql": "select * form candidate"}, "`sql` the sql cannot be read: Parser Error"),
        ({"sql": "select 1; drop table delivery"}, "the sql must be one select of the violating rows"),
        ({"sql": "delete from delivery"}, "the sql must be one select of the violating rows"),
        ({"sql": None}, "give either `sql`, or `expectation` with `kwargs`"),
        ({"kwargs": {"column": "currency"}}, "give either `sql`, or `expectation` with `kwargs`"),
        ({"id": "Sample rule"}, "`id` String should match pattern"),
    ],
)
def test_a_rule_that_is_not_understood_is_refused(
    only_finance: Contracts, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    """Great Expectations would log it and drop it."""
    entry = {name: value for name, value in (RULE | changes).items() if value is not None}
    with pytest.raises(SuiteInvalidError) as raised:
        load(tmp_path, only_finance, {"source": "finance", "rules": [entry]})
    assert str(raised.value).startswith("finance.yaml: the suite is refused, because a rule that is not understood")
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def special(**changes: Any) -> dict[str, Any]:
    return {"source": "finance", "rules": [RULE], **changes}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (special(rules=[]), "`rules` Tuple should have at least 1 item"),
        ({"source": "finance"}, "`rules` Field required"),
        (special(rules=["a rule"]), "rule 1: "),
        (
            special(rules=[RULE, {**RULE, "severity": "warning"}]),
            "rule `sample` is declared twice for finance.fx_rates",
        ),
        (
            special(rules=[RULE, {**RULE, "id": "other"}]),
            "rules sample, other on finance.fx_rates say the same",
        ),
        (special(source="crm"), "its source is `crm`, not `finance`"),
        (special(rule=[]), "`rule` Extra inputs are not permitted"),
        (special(limits={"fx_rates": {"max_lost": 1}}), "`max_lost` Extra inputs are not permitted"),
        (special(limits={"fx_rates": {"max_lost_share": 20}}), "Input should be less than or equal to 1"),
        (special(limits={"rates": {"max_lost_share": 1}}), "`rates` is not delivered by finance"),
        (
            special(severities={"fx_rates": {"tooold": "warning"}}),
            "severity is given for `tooold`, which is no rule",
        ),
        ("", "Input should be a valid dictionary"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(
    only_finance: Contracts, tmp_path: Path, content: Any, reason: str
) -> None:
    """An empty suite passes everything in Great Expectations, and is not loaded here."""
    with pytest.raises(SuiteInvalidError) as raised:
        load(tmp_path, only_finance, content)
    assert reason in str(raised.value)


def test_a_limit_that_is_nowhere_set_is_refused(only_finance: Contracts, tmp_path: Path) -> None:
    """A comparison with nothing is never true, so that its rule would pass for ever."""
    shared = yaml.safe_load((BUILT_IN / "delivery.yaml").read_text(encoding="utf-8"))
    del shared["limits"]["*"]["max_lost_share"]
    with pytest.raises(SuiteInvalidError, match=r"the limit `max_lost_share` is nowhere set for finance\.fx_rates"):
        load(tmp_path, only_finance, None, shared)


def test_a_rule_that_shows_personal_data_is_refused(contracts: Contracts, tmp_path: Path) -> None:
    """Messages go into the ledger and the log."""
    crm = Contracts(exports={"crm.opportunities": contracts.exports["crm.opportunities"]})
    entry = RULE | {"export": "opportunities", "show": ["owner"]}
    load(tmp_path, Contracts(exports={}), None)
    (tmp_path / "crm.yaml").write_text(yaml.safe_dump({"source": "crm", "rules": [entry]}), encoding="utf-8")
    with pytest.raises(SuiteInvalidError, match=r"shows column `owner` of crm\.opportunities, which holds personal"):
        load_suites(crm, tmp_path)


@pytest.mark.parametrize("content", ["rules: [", "\tsource: finance"])
def test_a_file_that_is_no_yaml_is_named_with_its_line(only_finance: Contracts, tmp_path: Path, content: str) -> None:
    """One paragraph, with the line."""
    with pytest.raises(SuiteUnreadableError, match=r"^finance\.yaml: the suite cannot be read: .*line [12]") as raised:
        load(tmp_path, only_finance, content)
    assert "\n" not in str(raised.value)


def test_a_source_without_a_suite_is_refused(only_finance: Contracts, tmp_path: Path) -> None:
    """A new source cannot come in without its rules."""
    load(tmp_path, only_finance, None)
    (tmp_path / "finance.yaml").unlink()
    with pytest.raises(SuiteUnreadableError, match=r"finance\.yaml"):
        load_suites(only_finance, tmp_path)


def test_an_export_tunes_what_holds_for_all(only_finance: Contracts, tmp_path: Path) -> None:
    """An export's own limit and severity win over its source's, and those over everybody's."""
    contract = only_finance.exports["finance.fx_rates"]
    before = load(tmp_path, only_finance, special())["finance"]
    own = special(
        limits={"*": {"max_lost_share": 0.5, "max_days_ahead": 3}, "fx_rates": {"max_lost_share": 0.6}},
        severities={"fx_rates": {"too_old": "critical", "required_currency": "warning"}},
    )
    after = load(tmp_path, only_finance, deepcopy(own))["finance"]
    assert after.limits_for(contract).model_dump() == {
        "max_rejected_share": 0.05,
        "max_lost_share": 0.6,
        "max_days_ahead": 3,
        "max_shrink_share": 0.75,
        "max_jump_share": 1.5,
        "min_volume": 50,
    }
    severities = {rule.id: rule.severity for rule in after.rules_for(contract)}
    assert (severities["too_old"], severities["required_currency"]) == ("critical", "warning")
    assert {rule.id: rule.severity for rule in before.rules_for(contract)}["too_old"] == "warning"
    assert before.version != after.version


def test_the_version_says_whether_the_rules_are_the_same(only_finance: Contracts, tmp_path: Path) -> None:
    """A quarantined delivery is audited again once a rule has changed, and only then."""
    first = load(tmp_path, only_finance, special())["finance"].version
    assert load(tmp_path, only_finance, special())["finance"].version == first
    other = special(rules=[{**RULE, "message": "Nothing is wrong with that rule."}])
    assert load(tmp_path, only_finance, other)["finance"].version != first


def test_every_kind_of_expectation_is_known_to_great_expectations() -> None:
    """The closed list of names is not a list of wishes."""
    from great_expectations.expectations.registry import list_registered_expectation_implementations  # noqa: PLC0415

    assert set(PREDICATES) <= set(list_registered_expectation_implementations())


def test_rules_on_the_delivery_see_all_its_facts() -> None:
    """A fact that is added to DeliveryFacts is added to the view."""
    assert {field.name for field in fields(DeliveryFacts)} <= set(DELIVERY_COLUMNS)
