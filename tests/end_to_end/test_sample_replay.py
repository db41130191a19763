"""The sample as it came: July's deliveries first, published; then August's. July is still there, and explained."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT, CommandLine
from tests.end_to_end.past_months import contents

pytestmark = pytest.mark.long
SAMPLE = PROJECT / "seeds" / "exports"


@dataclass(frozen=True, kw_only=True)
class Year:
    """A home with a generation of July and one of August."""

    home: Path
    partner_kpi: CommandLine

    def call(self, *arguments: str) -> Any:
        done = self.partner_kpi(*arguments, "--home", str(self.home), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def manifest(self, number: int) -> dict[str, Any]:
        file = self.home / "published" / f"gen-{number:06d}" / "manifest.json"
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return content


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, partner_kpi: CommandLine) -> Year:
    folder = tmp_path_factory.mktemp("year")
    july = folder / "july"
    shutil.copytree(SAMPLE, july, ignore=shutil.ignore_patterns("*2026-08-31*"))
    year = Year(home=folder / "home", partner_kpi=partner_kpi)
    year.call("run", "--inbox", str(july))
    year.call("run", "--inbox", str(SAMPLE))
    return year


def test_july_as_it_was_known_is_july_as_it_was_shown(year: Year) -> None:
    """With August's deliveries in the warehouse, the replay of July holds what July's generation did, all of it."""
    shown = year.manifest(1)
    report = year.call("replay", "--as-of", "2026-07-31", "--known-at", shown["facts"]["known_at"])
    again = json.loads((Path(report["database"]).parent / "manifest.json").read_text("utf-8"))
    assert contents(again) == contents(shown)


def test_every_cell_that_moved_in_august_is_explained(year: Year) -> None:
    """Of what adds up, the evidence that came, went and changed is the change of each numerator and denominator."""
    answer = year.call("restatement", "1", "2")
    assert (answer["before"]["as_of"], answer["after"]["as_of"]) == ("2026-07-31", "2026-08-31")
    cells = [each for each in answer["movements"] if each["aggregation"] in ("sum", "count", "ratio", "stock")]
    assert len(cells) > 1000
    causes = {effect["cause"] for cell in answer["movements"] for effect in cell["effects"]}
    assert "unexplained" not in causes
    assert {"load", "late_row", "edit", "merge", "time"} <= causes
    for cell in cells:
        if cell["statistic"] == "average":
            continue
        for side in ("numerator", "denominator"):
            change = Decimal(cell[f"{side}_after"] or 0) - Decimal(cell[f"{side}_before"] or 0)
            assert sum((Decimal(each[f"{side}_change"] or 0) for each in cell["effects"]), Decimal(0)) == change, cell
        # Rates explain open amounts alone, and only where the last day of the window is another one.
        if any(effect["cause"] == "rate" for effect in cell["effects"]):
            assert cell["kpi_code"] == "open_pipeline_amount"
            assert cell["period_type"] in ("all_time", "quarter")
