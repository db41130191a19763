"""The rival that the warehouse is measured against computes the same numbers, from the delivered files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.process_tree import measure
from bench.rival import main
from bench.rival_check import compare
from bench.scenarios import COMMAND, make_inbox


@pytest.mark.long
def test_the_rival_finds_the_values_of_the_marts(tmp_path: Path) -> None:
    """Win rate, time to close, ramp, certifications, SLA attainment: every value that one side has, the other has."""
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    make_inbox("sample", inbox)
    assert measure([COMMAND, "run", "--inbox", str(inbox), "--home", str(home), "--json"]).exit_code in {0, 3}
    main(inbox, home, tmp_path / "rival.parquet")
    database = (home / "published" / "current").resolve() / "partner_kpi.duckdb"
    answers = compare(database, tmp_path / "rival.parquet")
    assert {code: differing for code, _, differing in answers} == dict.fromkeys(
        ["certifications_issued", "ramp_time", "sla_attainment_rate", "time_to_close", "win_rate_by_count"], 0
    )
    assert sum(same for _, same, _ in answers) > 10_000
