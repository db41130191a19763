"""July as it was shown, July as known today, what moved in between and why; going back, and staying there."""

from __future__ import annotations

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine
from tests.end_to_end.past_months import AUGUST_DEALS, PARTNERS, Programme, contents, deals

JULY, RESTATED = "published/gen-000001", "published/gen-000002"
pytestmark = pytest.mark.long
ADDED_UP = ("sum", "count", "ratio", "stock")


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory, partner_kpi: CommandLine) -> Programme:
    """July was published, then restated and published again."""
    programme = Programme(folder=tmp_path_factory.mktemp("past"), partner_kpi=partner_kpi)
    programme.deliver_july()
    programme.call("run")
    programme.restate_july()
    programme.call("run")
    return programme


@pytest.fixture(scope="module")
def replayed(programme: Programme) -> Path:
    """July as it was known when it was published."""
    known_at = programme.manifest(JULY)["facts"]["known_at"]
    report = json.loads(programme.call("replay", "--as-of", "2026-07-31", "--known-at", known_at, "--json"))
    return Path(report["database"]).parent


@pytest.fixture(scope="module")
def restated(programme: Programme) -> dict[str, Any]:
    """What moved from the first generation to the second."""
    answer: dict[str, Any] = json.loads(programme.call("restatement", "1", "2", "--json"))
    return answer


def moved(restated: dict[str, Any], kpi_code: str, **where: str) -> dict[str, Any]:
    place = {"segment_type": "all", "period_type": "month", "kpi_code": kpi_code, **where}
    (found,) = [cell for cell in restated["movements"] if place.items() <= cell.items()]
    return found


def test_july_as_it_was_known_is_july_as_it_was_shown(programme: Programme, replayed: Path) -> None:
    """Relation by relation the replay holds what the generation did: an edit, a merge and a weight came later."""
    shown, again = programme.manifest(JULY), programme.manifest(str(replayed.relative_to(programme.home)))
    assert contents(again) == contents(shown)
    assert contents(programme.manifest(RESTATED)) != contents(shown)
    assert [policy["load_seq"] for policy in again["facts"]["policies"]] == [
        policy["load_seq"] for policy in shown["facts"]["policies"]
    ]


def test_a_weight_edited_later_does_not_change_the_replay(programme: Programme, replayed: Path) -> None:
    """The card of then has the weight of then, today's card that of today."""
    weight = (
        "select distinct policy_weight from marts.rpt_scorecard_lines"
        " where kpi_code = 'win_rate_by_count' and card_type = 'partner' order by 1"
    )
    then = programme.ask(str(replayed.relative_to(programme.home)), weight)
    today = programme.ask("published/current", weight)
    assert [(row[0] / 2,) for row in then] == today


def test_a_replay_leaves_what_readers_see(programme: Programme, replayed: Path) -> None:
    """The pointer stands, no generation was added; the replay is whole, with its workbook, and is not built twice."""
    assert programme.current() == "gen-000002"
    assert len(list((programme.home / "published").glob("gen-*"))) == 2
    assert (replayed / "partner_scorecard_2026-07-31.xlsx").is_file()
    assert (replayed / "parquet" / "kpi_values.parquet").is_file()
    known_at = programme.manifest(JULY)["facts"]["known_at"]
    again = json.loads(programme.call("replay", "--as-of", "2026-07-31", "--known-at", known_at, "--json"))
    assert again["is_new"] is False


def test_a_date_before_everything_is_refused(programme: Programme) -> None:
    """There is nothing to show of a date before the first delivery; the paragraph names that one."""
    done = programme.partner_kpi("replay", "--as-of", "2026-06-30", "--home", str(programme.home))
    assert done.returncode == 1
    assert "the first delivery is of 2026-07-31" in " ".join(done.stderr.split())


def test_a_replay_takes_nobodys_place(programme: Programme) -> None:
    """A folder that holds something else stays, and nothing is built for it."""
    taken = programme.home / JULY
    before = sorted(path.name for path in taken.iterdir())
    programme.call("replay", "--as-of", "2026-07-31", "--out", str(taken), code=1)
    assert sorted(path.name for path in taken.iterdir()) == before


def test_each_movement_has_its_cause(restated: dict[str, Any]) -> None:
    """The edit, the merge, the late row and the nearer quote each move the bookings of their month by what they are."""
    expected = {
        "2026-05-01": {"edit": Decimal(500), "late_row": Decimal(700)},
        "2026-06-01": {"rate": Decimal(150)},
        "2026-07-01": {"merge": Decimal(-2000)},
    }
    for month, effects in expected.items():
        cell = moved(restated, "won_amount", period_start=month)
        assert {each["cause"]: Decimal(each["numerator_change"]) for each in cell["effects"]} == effects
        assert cell["value_change"] == float(sum(effects.values()))
    loads = {cause["cause"]: cause["loads"] for cause in restated["causes"]}
    assert "generic/opportunities_2026-07-31.csv" in loads["late_row"]
    assert loads["rate"] == ["generic/fx_rates_2026-08-01.csv"]


def test_every_movement_of_what_adds_up_is_explained_by_evidence(restated: dict[str, Any]) -> None:
    """Of sums, counts, ratios and stocks, the effects of evidence rows are the change of numerator and denominator."""
    cells = [
        cell for cell in restated["movements"] if cell["aggregation"] in ADDED_UP and cell["statistic"] != "average"
    ]
    assert len(cells) > 50
    for cell in cells:
        for side in ("numerator", "denominator"):
            change = Decimal(cell[f"{side}_after"] or 0) - Decimal(cell[f"{side}_before"] or 0)
            told = sum((Decimal(each[f"{side}_change"] or 0) for each in cell["effects"]), Decimal(0))
            assert told == change, cell
        assert not {"unexplained"} & {each["cause"] for each in cell["effects"]}
    clocks = [cell for cell in restated["movements"] if cell["aggregation"] == "clock"]
    assert clocks
    assert all(each["rows_added"] + each["rows_gone"] + each["rows_changed"] for c in clocks for each in c["effects"])


def test_a_card_says_what_came_through_values_and_what_through_rules(restated: dict[str, Any]) -> None:
    """The change of a total is that through values and that through rules, and the weight moved some total."""
    both = [card for card in restated["cards"] if card["total_before"] is not None and card["total_after"] is not None]
    for card in both:
        change = card["total_after"] - card["total_before"]
        assert card["from_values"] + card["from_rules"] == pytest.approx(change, abs=1e-9)
    assert any(abs(card["from_rules"]) > 0 for card in both)


def test_the_spreadsheet_has_a_row_per_cell_and_cause(programme: Programme, tmp_path: Path) -> None:
    """Sides may be named by date and moment: the same restatement, on the terminal and as CSV."""
    known_at = programme.manifest(JULY)["facts"]["known_at"]
    said = programme.call(
        "restatement", f"2026-07-31@{known_at}", "2026-07-31", "--csv", str(tmp_path / "moved.csv"), "--limit", "5"
    )
    assert "late rows" in said and "generation 1" in said
    with (tmp_path / "moved.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines) if row["kpi_code"] == "won_amount" and row["segment_type"] == "all"
        ]
    assert {row["cause"] for row in rows if row["period_type"] == "month"} == {"edit", "late_row", "merge", "rate"}


def test_a_rollback_stays_until_there_is_something_new(programme: Programme, tmp_path: Path) -> None:
    """An unchanged run and a refused delivery leave it; accepted data publishes again."""
    copy = Programme(folder=tmp_path / "copy", partner_kpi=programme.partner_kpi)
    shutil.copytree(programme.folder, copy.folder, symlinks=True)
    copy.call("rollback", "--reason", "D-6 is under dispute")
    assert copy.current() == "gen-000001"
    copy.call("run")
    assert copy.current() == "gen-000001"
    assert json.loads(copy.call("status", "--json"))["pinned"] == "D-6 is under dispute"
    copy.deliver("partners_2026-08-01.csv", PARTNERS.replace("partner_type", "kind"))
    copy.call("run", code=3)
    assert copy.current() == "gen-000001"
    (copy.folder / "inbox" / "generic" / "partners_2026-08-01.csv").unlink()
    copy.deliver("opportunities_2026-08-31.csv", deals(AUGUST_DEALS))
    copy.call("run", code=3)
    assert copy.current() == "gen-000003"
    lines = [json.loads(line) for line in (copy.home / "logs" / "operations.jsonl").read_text("utf-8").splitlines()]
    (rolled,) = [line for line in lines if line["what"] == "rollback"]
    assert rolled["why"] == "D-6 is under dispute" and rolled["ids"] == {"generation": 1, "from_generation": 2}
    assert json.loads(copy.call("status", "--json", code=3))["pinned"] is None


def test_a_damaged_generation_is_not_gone_back_to(programme: Programme, tmp_path: Path) -> None:
    """Its files are compared with its manifest first; readers keep what they see."""
    copy = Programme(folder=tmp_path / "copy", partner_kpi=programme.partner_kpi)
    shutil.copytree(programme.folder, copy.folder, symlinks=True)
    with (copy.home / JULY / "parquet" / "kpi_values.parquet").open("ab") as stream:
        stream.write(b"x")
    copy.call("rollback", "1", "--reason", "try", code=1)
    assert copy.current() == "gen-000002"


def test_raw_history_made_anew_is_what_it_was(programme: Programme, tmp_path: Path) -> None:
    """From the archived deliveries, the correction and the late quotes included, every raw table comes out equal."""
    copy = Programme(folder=tmp_path / "copy", partner_kpi=programme.partner_kpi)
    shutil.copytree(programme.folder, copy.folder, symlinks=True)
    tables = {table["export"]: table for table in json.loads(copy.call("rebuild", "--json"))}
    assert all(table["is_equal"] for table in tables.values())
    assert tables["crm.opportunities"]["versions_after"] > 6
    said = copy.call("run")
    assert "Nothing new" in said
