"""The analyst's own `<home>/suites/<source>.yaml`: limits and severities over the built-in ones, read as strictly."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from gate_deliveries import Audit

from expectations.errors import SuiteInvalidError, SuiteUnreadableError
from expectations.suite import Suite, load_suites
from ingest.contracts import Contracts


def own(folder: Path, contracts: Contracts, content: Any, name: str = "crm.yaml") -> Mapping[str, Suite]:
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    (folder / name).write_text(text, encoding="utf-8")
    return load_suites(contracts, own=folder)


def test_an_own_tolerance_wins_for_its_export_alone(audit: Audit, contracts: Contracts, tmp_path: Path) -> None:
    """A tenth of the rows is refused as built in, and tolerated where the analyst says so; one more is not."""
    suites = own(tmp_path, contracts, {"source": "crm", "limits": {"opportunities": {"max_rejected_share": 0.1}}})
    facts = {"rows_in": 20, "rows_rejected": 2, "rows_collapsed": 17}
    assert [rule.rule_id for rule in audit("crm.opportunities", **facts).failures] == ["rejected_share"]
    assert audit("crm.opportunities", suite=suites["crm"], **facts).passed
    assert not audit("crm.opportunities", suite=suites["crm"], **facts | {"rows_in": 19, "rows_collapsed": 16}).passed
    assert not audit("crm.opportunity_partners", suite=suites["crm"], **facts).passed


def test_an_own_severity_wins(audit: Audit, contracts: Contracts, tmp_path: Path) -> None:
    """A warning becomes critical, and so refuses."""
    suites = own(tmp_path, contracts, {"source": "crm", "severities": {"*": {"volume_jumped": "critical"}}})
    facts = {"volume": 400, "usual_volume": 100.0}
    assert audit("crm.opportunities", **facts).passed
    assert [rule.rule_id for rule in audit("crm.opportunities", suite=suites["crm"], **facts).failures] == [
        "volume_jumped"
    ]


def test_only_the_tuned_source_gets_another_version(contracts: Contracts, tmp_path: Path) -> None:
    """What was refused under the old limits is judged again, and nothing else."""
    before = {source: suite.version for source, suite in load_suites(contracts).items()}
    after = own(tmp_path, contracts, {"source": "crm", "limits": {"*": {"max_lost_share": 0.5}}})
    assert {source for source, suite in after.items() if suite.version != before[source]} == {"crm"}


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (
            {"source": "crm", "limits": {"deals": {"min_volume": 5}}},
            "crm.yaml",
            "`deals` is not delivered by crm",
        ),
        ({"source": "crm", "limits": {"*": {"max_lost": 0.5}}}, "crm.yaml", "`max_lost` Extra inputs"),
        ({"source": "crm", "rules": []}, "crm.yaml", "`rules` Extra inputs"),
        ({"source": "lms"}, "crm.yaml", "its source is `lms`, not `crm`"),
        ({"source": "crm", "severities": {"*": {"tooold": "warning"}}}, "crm.yaml", "`tooold`, which is no rule"),
        (
            {"source": "crm", "severities": {"*": {"rows_do_not_add_up": "warning"}}},
            "crm.yaml",
            "`rows_do_not_add_up` watches over the program",
        ),
        ({"source": "crn"}, "crn.yaml", 'no source is called so (did you mean "crm"?)'),
        ({"source": "crm"}, "crm.yml", "no source is called so"),
    ],
)
def test_what_is_not_understood_is_refused(
    contracts: Contracts, tmp_path: Path, content: Any, name: str, reason: str
) -> None:
    """In one paragraph with the file's place: a limit that nobody reads would limit nothing."""
    with pytest.raises(SuiteInvalidError) as raised:
        own(tmp_path, contracts, content, name)
    assert str(raised.value).startswith(str(tmp_path / name)) and reason in str(raised.value)


def test_a_file_that_is_no_yaml_is_named(contracts: Contracts, tmp_path: Path) -> None:
    """With its place."""
    with pytest.raises(SuiteUnreadableError, match=r"crm\.yaml: the suite cannot be read"):
        own(tmp_path, contracts, "limits: [")
