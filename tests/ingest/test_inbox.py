"""The inbox: what is a delivery, as of when, and what nobody can use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ingest_desk import RECEIVED

from ingest.contracts import load_contracts
from ingest.errors import InboxError
from ingest.inbox import Inbox, find_deliveries, find_policies


def look(inbox: Path, home_vendors: Path | None = None) -> Inbox:
    return find_deliveries(inbox, contracts=load_contracts(), home_vendors=home_vendors, received_at=RECEIVED)


def put(inbox: Path, *names: str) -> Path:
    for name in names:
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    return inbox


def test_files_become_deliveries_oldest_first(tmp_path: Path) -> None:
    """The as-of date stands in the name; hidden files and folders are not looked at."""
    put(
        tmp_path,
        "salesforce/Account_2025-02-28.csv",
        "salesforce/Opportunity_2025-01-31.csv",
        "salesforce/.tmp",
    )
    found = look(put(tmp_path, ".hidden/x.csv"))
    assert [(d.export, d.as_of_date) for d in found.deliveries] == [
        ("crm.opportunities", date(2025, 1, 31)),
        ("crm.accounts", date(2025, 2, 28)),
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("salesforce/Acount_2025-01-31.csv", "Account_{as_of}.csv"),
        ("salesforce/Account_2025-13-31.csv", "is no date of the form %Y-%m-%d"),
        ("salesforce/sub/Account_2025-01-31.csv", "is no file"),
        ("loose.csv", "lies beside the instances"),
        ("salesfroce/Account_2025-01-31.csv", 'did you mean "salesforce"'),
        ("policy/regions.csv", "policies are no delivery"),
    ],
)
def test_what_nobody_can_use_is_told(tmp_path: Path, name: str, told: str) -> None:
    """A file that fits nothing is a problem with its likely twin, and hinders no other."""
    found = look(put(tmp_path, name, "ecb/eurofxref-hist.csv"))
    assert [d.export for d in found.deliveries] == ["finance.fx_rates"]
    assert [told in str(problem) for problem in found.problems] == [True]


def test_the_very_name_of_a_file_wins_over_a_pattern(tmp_path: Path) -> None:
    """Which lets a mapping single out one file of those that an extended pattern fits; two patterns stay a problem."""
    said = "extends: ecb\nfiles:\n  - {pattern: 'x_{as_of}.csv', like: eurofxref-hist.csv}\n"
    named = "  - {pattern: x_all.csv, as_of: {column: rate_date}, like: eurofxref-hist.csv}\n"
    (tmp_path / "mine.yaml").write_text(said + named)
    (tmp_path / "ours.yaml").write_text(said + named.replace("x_all", "x_*"))
    found = look(put(tmp_path / "inbox", "mine/x_all.csv", "mine/x_2025-01-31.csv", "ours/x_all.csv"), tmp_path)
    assert [d.as_of_date for d in found.deliveries] == [date(2025, 1, 31), None]
    assert ["fits several patterns" in str(problem) for problem in found.problems] == [True]


def test_one_file_may_feed_several_exports(tmp_path: Path) -> None:
    """Each export is a delivery of its own; declared files are passed over."""
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors" / "mine.yaml").write_text(
        "files:\n  - pattern: all_{as_of}.csv\n    as_of: {file_name: '%d%m%Y'}\n"
        "    exports: {crm.accounts: {}, crm.opportunities: {}}\nignore_files: ['*.txt']\n"
    )
    found = look(put(tmp_path / "inbox", "mine/all_31012025.csv", "mine/readme.txt"), tmp_path / "vendors")
    assert {(d.export, d.as_of_date) for d in found.deliveries} == {
        ("crm.accounts", date(2025, 1, 31)),
        ("crm.opportunities", date(2025, 1, 31)),
    }
    assert found.problems == ()


def test_own_policy_files_replace_the_built_in_ones(tmp_path: Path) -> None:
    """By name, file by file."""
    put(tmp_path, "built_in/regions.csv", "built_in/segments.csv", "own/regions.csv")
    found = find_policies(
        tmp_path / "built_in",
        tmp_path / "own",
        contracts=load_contracts(),
        home_vendors=None,
        received_at=RECEIVED,
    )
    assert [(d.export, d.path.parent.name) for d in found.deliveries] == [
        ("policy.regions", "own"),
        ("policy.segments", "built_in"),
    ]
    assert {(d.instance, d.as_of_date) for d in found.deliveries} == {("policy", date(2000, 1, 1))}


def test_a_missing_inbox_is_told(tmp_path: Path) -> None:
    """One sentence, with the path."""
    with pytest.raises(InboxError, match="There is no inbox at"):
        look(tmp_path / "nowhere")
