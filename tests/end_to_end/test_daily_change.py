"""A day's changes on top of all that was there: what is read and written is what came, not what is known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pytest

from bench.change import CHANGED, LARGE, write_daily_change, write_delta_mappings
from ingest.contracts import load_contracts
from ingest.delivery import LoadResult
from ingest.sql import table_name
from partner_kpi import road
from partner_kpi.settings import Settings, load_settings
from tests.conftest import PROJECT

FIRST, NEXT = date(2026, 7, 31), date(2026, 8, 1)


@dataclass(frozen=True, kw_only=True)
class Day:
    """The loads of the day, and both files of raw history: `before` it and `after` it, attached to one connection."""

    last_before: int
    results: list[LoadResult]
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """The sample's first delivery, and a hundredth changed the day after; small exports come whole, as they were."""
    folder = tmp_path_factory.mktemp("day")
    shutil.copytree(PROJECT / "seeds" / "exports", folder / "inbox")
    for later in (folder / "inbox").glob("*/*_2026-08-31.csv"):
        later.unlink()
    settings = load_settings(home=folder / "home", inbox=folder / "inbox")
    write_delta_mappings(settings.vendors)
    first = load(settings)
    shutil.copyfile(settings.warehouse, folder / "before.duckdb")
    write_daily_change(folder / "inbox", FIRST, NEXT)
    results = [result for result in load(settings) if result.verdict != "duplicate"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'before.duckdb'}' as before (read_only)")
        connection.execute(f"attach '{settings.warehouse}' as after (read_only)")
        yield Day(last_before=max(each.load_seq for each in first), results=results, connection=connection)


def load(settings: Settings) -> list[LoadResult]:
    """Take in what lies in the inbox and is not known yet."""
    with road.hold_home(settings):
        found = road.pull(settings)
        return road.load(settings, found.deliveries, run_id="test", loaded=lambda _: None)


def is_large(result: LoadResult) -> bool:
    """Whether only changes came of it."""
    stem = result.file_name.removeprefix(CHANGED).removesuffix(f"_{NEXT}.csv")
    return f"{result.instance}/{stem}" in LARGE


def test_only_the_changes_of_large_exports_are_read(day: Day) -> None:
    """One row in a hundred of them; no file of the day before is opened again."""
    assert {result.as_of_date for result in day.results} == {NEXT}
    large = [result for result in day.results if is_large(result)]
    assert len(large) == len(LARGE)
    for result in large:
        held = day.connection.execute(
            f"select count(*) from before.{table_name(result.export)} where _instance = $1", [result.instance]
        ).fetchone()
        assert held is not None
        assert 0 < result.rows_in < 0.03 * held[0], result.file_name


def test_a_version_is_written_for_each_row_that_changed_and_for_no_other(day: Day) -> None:
    """Changes end as many versions as they open, new rows end none, and what came as it was writes nothing."""
    for result in day.results:
        written = (result.versions_opened, result.versions_closed)
        if not is_large(result):
            assert written == (0, 0), result.file_name
        elif load_contracts().exports[result.export].mode == "append":
            assert written == (result.rows_in, 0), result.file_name
        else:
            assert written == (result.rows_in, result.rows_in), result.file_name


def test_rows_of_history_stay_as_they_are_but_for_their_end(day: Day) -> None:
    """Of all tables: what was there before the day is there after it, and the ends that were written are the day's."""
    for name in sorted({result.export for result in day.results}):
        kept = "select * exclude (_valid_to, _closed_seq) from {}.{} where _load_seq <= {}"
        before, after = (kept.format(file, table_name(name), day.last_before) for file in ("before", "after"))
        differing = f"({before} except all {after}) union all ({after} except all {before})"
        assert day.connection.execute(differing).fetchall() == []
        ends = day.connection.execute(
            f"select count(*) from after.{table_name(name)} where _closed_seq > $1", [day.last_before]
        ).fetchone()
        assert ends == (sum(result.versions_closed for result in day.results if result.export == name),)
