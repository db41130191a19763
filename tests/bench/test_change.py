"""A day's changes and a second delivery, made of the files of the first, are deliveries that the warehouse knows."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from bench.change import CHANGED, LARGE, write_daily_change, write_delta_mappings, write_redelivery
from ingest.contracts import load_contracts
from ingest.inbox import find_deliveries

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long
FIRST, NEXT, LATER = date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 2)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's first delivery with what follows it."""
    folder = tmp_path_factory.mktemp("change") / "inbox"
    shutil.copytree(PROJECT / "seeds" / "exports", folder)
    for later in folder.glob("*/*_2026-08-31.csv"):
        later.unlink()
    write_daily_change(folder, FIRST, NEXT)
    write_redelivery(folder, FIRST, LATER)
    return folder


def read_table(path: Path) -> pd.DataFrame:
    """A file as texts."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_every_file_is_a_delivery_of_its_export(inbox: Path, tmp_path: Path) -> None:
    """No file is left unclaimed, also not the changes of exports whose mapping knows snapshots only."""
    write_delta_mappings(tmp_path)
    found = find_deliveries(inbox, contracts=load_contracts(), home_vendors=tmp_path, received_at=datetime(2026, 8, 2))
    assert found.problems == ()
    by_date = Counter(delivery.as_of_date for delivery in found.deliveries if delivery.vendor != "ecb")
    assert by_date[FIRST] == by_date[NEXT] == by_date[LATER] > 0
    modes = {
        d.export: d.mapping.mode for d in found.deliveries if d.as_of_date == NEXT and d.path.name.startswith(CHANGED)
    }
    assert modes == dict.fromkeys(["crm.opportunities", "crm.opportunity_partners", "lms.enrollments"], "delta")


def test_a_day_changes_about_a_hundredth_of_the_large_exports(inbox: Path) -> None:
    """Of the large exports about one row in a hundred comes, where it can be read alone; the small ones come whole."""
    rows = dict.fromkeys((FIRST, NEXT), 0)
    for path, large in LARGE.items():
        for day in rows:
            vendor, stem = path.split("/")
            prefix = CHANGED if large.delta_file and day == NEXT else ""
            rows[day] += len(read_table(inbox / vendor / f"{prefix}{stem}_{day}.csv"))
    assert 0.005 < rows[NEXT] / rows[FIRST] < 0.02
    users = inbox / "docebo"
    assert (users / f"users_{NEXT}.csv").read_bytes() == (users / f"users_{FIRST}.csv").read_bytes()


@pytest.mark.parametrize("path", LARGE)
def test_a_second_delivery_is_the_first_with_few_rows_changed(inbox: Path, path: str) -> None:
    """All keys come again; what grows has gained rows and lost none, the others have as many as before."""
    before, after = (read_table(inbox / f"{path}_{day}.csv") for day in (FIRST, LATER))
    new = after.merge(before, how="left", indicator=True).query("_merge == 'left_only'")
    assert len(after) == len(before) + (len(new) if LARGE[path].grows else 0)
    assert len(new) < 0.05 * len(before)
