"""What a home keeps and what goes: by count and age, never what somebody needs, and never silently."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingest.archive import archived_parquet
from ingest.ledger import LoadRow
from partner_kpi.operations import read_operations
from partner_kpi.restatement_notes import keep_note
from partner_kpi.retention import clean_up
from partner_kpi.settings import Settings
from publish.generation import Generation, list_generations, point_to
from publish.manifest import GenerationFacts, Manifest
from publish.pin import go_back

NOW = dt.datetime(2026, 12, 1, 6)
FACTS = GenerationFacts(
    created_at=dt.datetime(2026, 1, 1),
    as_of_date=dt.date(2025, 12, 31),
    known_sequence=1,
    known_at=None,
    deliveries=(),
    policies=(),
    settings={},
    build_fingerprint="f",
)


def removals(settings: Settings) -> list[tuple[str, str]]:
    """(path, result) of each removal in the log of operations."""
    return [(line.ids["path"], line.result) for line in read_operations(settings) if line.what == "remove"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, keep_generations=2, keep_generation_days=30)


def generation(folder: Path, number: int, facts: GenerationFacts = FACTS) -> Generation:
    """An empty generation: nobody looks into it here."""
    folder.mkdir(parents=True)
    (folder / "partner_kpi.duckdb").write_bytes(b"marts")
    manifest = Manifest(generation=number, facts=facts, kpi_definition_versions={}, relations=(), files=())
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return Generation(directory=folder, manifest=manifest)


def publish(settings: Settings, count: int, **newest: object) -> list[Generation]:
    made = []
    for number in range(1, count + 1):
        facts = FACTS.model_copy(update={"known_sequence": number, **(newest if number == count else {})})
        made.append(generation(settings.published / f"gen-{number:06d}", number, facts))
    point_to(made[-1].directory)
    return made


def load(load_seq: int, verdict: str = "accepted", **changes: object) -> LoadRow:
    row = LoadRow(
        load_seq=load_seq, run_id="r", export="crm.accounts", instance="one", vendor="v", file_name=f"{load_seq}.csv",
        as_of_date=dt.date(2025, 1, load_seq), sha256="", bytes=1, rows_in=1, rows_accepted=1, rows_rejected=0,
        rows_collapsed=0, verdict=verdict, failed_rules=(), warnings=(), mode="snapshot", contract_version="1",
        mapping_version="1", suite_version="1", history_from=None, versions_opened=1, versions_closed=0,
        received_at=dt.datetime(2025, 2, 1), committed_at=dt.datetime(2025, 2, 1), reason="why", extra_columns=(),
        key_columns=("account_id",), range_column=None, due_days=None,
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def kept(settings: Settings) -> list[int]:
    return [each.number for each in list_generations(settings.published)]


def test_the_newest_and_the_young_stay(settings: Settings) -> None:
    """Beyond the count only what is old goes."""
    publish(settings, 5)
    young = FACTS.model_copy(update={"created_at": NOW - dt.timedelta(days=3), "known_sequence": 99})
    (settings.published / "gen-000002" / "manifest.json").write_text(
        Manifest(generation=2, facts=young, kpi_definition_versions={}, relations=(), files=()).to_json(), "utf-8"
    )
    clean_up(settings, [], now=NOW)
    assert kept(settings) == [2, 4, 5]
    assert removals(settings) == [("published/gen-000001", "ok"), ("published/gen-000003", "ok")]


def test_zero_keeps_all(settings: Settings) -> None:
    """A count of 0 switches the removal of generations off."""
    publish(settings, 4)
    clean_up(replace(settings, keep_generations=0), [], now=NOW)
    assert kept(settings) == [1, 2, 3, 4]


def test_what_is_current_pinned_replayed_or_compared_stays(settings: Settings) -> None:
    """Whatever its age: readers, a rollback, a replay or a restatement name it."""
    made = publish(settings, 6)
    keep_note(settings, made[1:2])
    young = made[2].manifest.facts.model_copy(update={"created_at": NOW})
    generation(settings.replays / "asof-2025-12-31", 0, young)
    for each in made:
        (each.directory / "partner_kpi.duckdb").unlink()
    os.utime(next(settings.restatements.glob("*.json")), (NOW.timestamp(), NOW.timestamp()))
    go_back(settings.published, 1, reason="why", now=NOW)
    clean_up(settings, [], now=NOW)
    assert kept(settings) == [1, 2, 3, 5, 6]


def test_a_reader_keeps_what_it_has_open(settings: Settings) -> None:
    """The name goes, the bytes when the reader closes: it goes on reading, and the clean-up is not in its way."""
    made = publish(settings, 3)
    file = made[0].database
    file.unlink()
    with duckdb.connect(file) as connection:
        connection.execute("create table t as select 41 + 1 as answer")
    with duckdb.connect(file, read_only=True) as reader:
        clean_up(settings, [], now=NOW)
        assert not file.exists()
        assert reader.execute("select answer from t").fetchall() == [(42,)]


def test_a_removal_that_was_cut_short_is_finished(settings: Settings) -> None:
    """A folder that had left its name when the machine died goes the next time."""
    publish(settings, 1)
    doomed = settings.published / ".gen-000000.doomed"
    doomed.mkdir()
    clean_up(settings, [], now=NOW)
    assert not doomed.exists()


def test_what_stands_refused_stays_in_quarantine(settings: Settings) -> None:
    """Of old refused deliveries those that were replaced since go, those that stand do not."""
    folders = [settings.home / "quarantine" / "crm.accounts" / "one" / f"2025-01-0{n}_00000{n}" for n in (1, 3)]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "reason.json").write_text("{}", encoding="utf-8")
    loads = [load(1, "quarantined"), load(2), load(3, "quarantined")]
    clean_up(settings, loads, now=NOW)
    assert [folder.exists() for folder in folders] == [False, True]


def test_deliveries_go_only_where_asked_for_and_say_what_is_lost(settings: Settings) -> None:
    """By default all stay; with an age, the newest of an export still does, and each loss is a sentence in the log."""
    loads = [load(1), load(2)]
    for row in loads:
        assert row.as_of_date is not None
        rows = archived_parquet(settings.home, row.export, row.instance, row.as_of_date, row.load_seq)
        rows.parent.mkdir(parents=True, exist_ok=True)
        rows.write_bytes(b"rows")
        rows.with_name(f"{rows.stem}__{row.file_name}").write_bytes(b"bytes")
    clean_up(settings, loads, now=NOW)
    assert len([path for path in (settings.home / "deliveries").rglob("*") if path.is_file()]) == 4
    clean_up(replace(settings, keep_original_days=90, keep_delivery_days=90), loads, now=NOW)
    left = {path.name for path in (settings.home / "deliveries").rglob("*") if path.is_file()}
    assert left == {"2025-01-02_000002.parquet", "2025-01-02_000002__2.csv"}
    assert "cannot be read again by another mapping" in removals(settings)[0][1]
    assert "crm.accounts cannot be rebuilt any more" in removals(settings)[1][1]


def test_old_logs_go_and_the_operations_log_stays(settings: Settings) -> None:
    """Reports and dbt's output by run age; the log of operations is not one of them."""
    settings.logs.mkdir()
    for name in ("run-1.json", "dbt-1.log", "operations.jsonl"):
        (settings.logs / name).write_text(json.dumps({}), encoding="utf-8")
        os.utime(settings.logs / name, (0, 0))
    clean_up(settings, [], now=NOW)
    assert [path.name for path in settings.logs.iterdir()] == ["operations.jsonl"]
