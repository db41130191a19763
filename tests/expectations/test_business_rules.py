"""Every rule of every suite, through Great Expectations: it finds what it is for, and no other rule does."""

from collections.abc import Mapping

import pytest
from gate_deliveries import Audit
from gate_samples import BROKEN_FACTS, BROKEN_ROWS, GOOD

from expectations.suite import Suite
from ingest.contracts import Contracts


def test_every_rule_has_a_sample_and_every_sample_a_rule(suites: Mapping[str, Suite], contracts: Contracts) -> None:
    """A rule that is taken out, renamed or added without a sample is noticed."""
    written = {(f"{suite.source}.{rule.export}", rule.id) for suite in suites.values() for rule in suite.files[1].rules}
    assert written == set(BROKEN_ROWS)
    assert {rule.id for suite in suites.values() for rule in suite.files[0].rules} == set(BROKEN_FACTS)
    assert {export for export, _ in written} == set(contracts.exports) == set(GOOD)


@pytest.mark.parametrize("export", GOOD)
def test_a_good_row_breaks_no_rule(audit: Audit, export: str) -> None:
    """Rules pass where nothing is wrong, so that a finding means something."""
    report = audit(export)
    assert [each.message for each in report.results if not each.passed] == []
    assert report.passed


@pytest.mark.parametrize(("export", "rule_id"), BROKEN_ROWS)
def test_a_broken_row_breaks_exactly_its_rule(
    audit: Audit, contracts: Contracts, suites: Mapping[str, Suite], export: str, rule_id: str
) -> None:
    """It is reported with a count, a paragraph and its severity; critical blocks, and warning does not."""
    contract = contracts.exports[export]
    declared = {rule.id: rule for rule in suites[contract.source].rules_for(contract)}[rule_id]
    report = audit(export, BROKEN_ROWS[export, rule_id])
    broken = [each for each in report.results if not each.passed]
    assert [(each.rule_id, each.severity, each.errored) for each in broken] == [(rule_id, declared.severity, False)]
    assert broken[0].unexpected_count
    assert broken[0].message.startswith(" ".join(declared.message.split()))
    assert "\n" not in broken[0].message
    assert report.passed == (declared.severity == "warning")
    assert broken == list(report.warnings if report.passed else report.failures)


@pytest.mark.parametrize("rule_id", BROKEN_FACTS)
def test_a_broken_delivery_breaks_exactly_its_rule(audit: Audit, rule_id: str) -> None:
    """Age, volume, tolerance and the other rules on the delivery see its facts."""
    rows = [] if rule_id == "nothing_delivered" else None
    export = "crm.opportunity_history" if rule_id == "volume_shrunk" else "crm.opportunities"  # not of snapshots
    report = audit(export, rows, **BROKEN_FACTS[rule_id])
    assert [(each.rule_id, each.errored) for each in report.results if not each.passed] == [(rule_id, False)]


@pytest.mark.parametrize("share", [0, 1])
def test_the_volume_guard_begins_above_its_share(audit: Audit, share: int) -> None:
    """A snapshot may lose a fifth of its keys, and not one more."""
    report = audit("crm.opportunities", keys_before=100, keys_lost=20 + share)
    assert [each.rule_id for each in report.failures] == ["keys_lost"] * share


@pytest.mark.parametrize(
    ("export", "volume", "told"),
    [
        ("crm.opportunity_history", 25, []),
        ("crm.opportunity_history", 24, ["volume_shrunk"]),
        ("crm.opportunities", 24, []),
        ("crm.opportunities", 250, []),
        ("crm.opportunities", 251, ["volume_jumped"]),
    ],
)
def test_a_delivery_is_small_or_large_against_the_usual(
    audit: Audit, export: str, volume: int, told: list[str]
) -> None:
    """Below a quarter and above two and a half times of the usual; a small snapshot is judged by its lost keys."""
    report = audit(export, volume=volume, usual_volume=100.0)
    assert report.passed and [each.rule_id for each in report.warnings] == told


def test_few_rows_are_neither_small_nor_large(audit: Audit) -> None:
    """Forty-nine rows where none are usual, and none where forty-nine are, say nothing."""
    assert not audit("crm.opportunities", volume=49, usual_volume=0.0).warnings
    assert not audit("crm.opportunity_history", volume=0, usual_volume=49.0).warnings


def test_an_own_policy_file_may_drop_every_line_of_the_built_in_one(audit: Audit) -> None:
    """The loss is reported for policies, and blocks nothing."""
    report = audit("policy.regions", keys_before=18, keys_lost=18)
    assert report.passed
    assert [each.rule_id for each in report.warnings] == ["keys_lost"]


def test_a_policy_with_an_unreadable_line_is_refused_whole(audit: Audit) -> None:
    """No line of a policy is left out silently."""
    report = audit("policy.kpi_targets", rows_in=100, rows_collapsed=98, rows_rejected=1)
    assert [each.rule_id for each in report.failures] == ["rejected_share"]


def test_an_export_without_due_days_is_never_late(audit: Audit, contracts: Contracts) -> None:
    """Policies carry a fixed as-of date, and are not old for it."""
    assert contracts.exports["policy.regions"].due_days is None
    facts = BROKEN_FACTS["too_old"]
    assert audit("policy.regions", **facts).warnings == ()
