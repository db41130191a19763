"""`status --verify` finds what was changed behind the warehouse's back, and says what; whole homes pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from partner_kpi.operations import log_path, record
from partner_kpi.quarantine_desk import discard_case
from partner_kpi.settings import Settings
from partner_kpi.verification import verify
from tests.conftest import CommandLine

RAW = "raw_crm.opportunities"


def sql(statement: str) -> Callable[[Settings], None]:
    def damage(settings: Settings) -> None:
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute(statement)

    return damage


def rewrite(pattern: str, change: Callable[[bytes], bytes] | None) -> Callable[[Settings], None]:
    """Change the first file that fits, or remove it."""

    def damage(settings: Settings) -> None:
        path: Path = sorted(settings.home.glob(pattern))[0]
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(path.read_bytes()))

    return damage


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def test_a_whole_home_is_whole(small: Settings) -> None:
    """Accepted, refused, published: nothing to find."""
    found = verify(small)
    assert (found.loads, found.broken, found.leftovers) == (2, (), ())


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (sql(f"insert into {RAW} select * from {RAW} limit 1"), "1 key(s) with several open versions"),
        (sql(f"delete from {RAW} where opportunity_id = 'O3'"), "has 4 open keys, and its newest delivery"),
        (sql(f"update {RAW} set _valid_to = _valid_from, _closed_seq = 1"), "before they begin, as known at load 2"),
        (sql(f"update {RAW} set _load_seq = 2 where opportunity_id = 'O3'"), "of load 2, which is no accepted load"),
        (sql(f"delete from {RAW} where opportunity_id = 'O3'"), "at load 1, lacks 1 row(s) that this load had"),
        (sql(f"update {RAW} set _row_hash = 'x' where opportunity_id = 'O3'"), "1 row(s) that this snapshot did not"),
        (sql("update ledger.loads set rows_in = 9 where load_seq = 1"), "took in 9 rows and accounts for 5 accepted"),
        (sql("delete from ledger.rejected_rows"), "rejected 1 rows, and the ledger keeps 0"),
        (rewrite("deliveries/*/*/*.csv", flip), "in archive has changed since it was taken"),
        (rewrite("deliveries/*/*/*.csv", None), "is not in archive as it should be"),
        (rewrite("deliveries/*/*/*.parquet", lambda data: data[:50]), "The archived rows of load 1"),
        (rewrite("quarantine/*/*/*/*.csv", flip), "in quarantine has changed since it was taken"),
        (rewrite("quarantine/*/*/*/reason.json", None), "The reason of the refused load 2 does not read"),
        (rewrite("quarantine/*/*/*/reason.json", lambda data: data.replace(b": 2,", b": 7,")), "is about load 7"),
        (rewrite("published/gen-*/parquet/*.parquet", flip), "has changed since it was published"),
        (rewrite("published/gen-*/manifest.json", None), "manifest.json is missing"),
    ],
)  # fmt: skip
def test_what_was_broken_is_named(damage: Callable[[Settings], None], words: str, small: Settings) -> None:
    """One sentence says which load, file or table, and where."""
    damage(small)
    assert any(words in sentence for sentence in verify(small).broken), verify(small).broken


def test_rows_are_counted_against_the_manifest(small: Settings) -> None:
    """A manifest whose checksum fits but whose tables have other rows is no whole generation."""

    def one_more(data: bytes) -> bytes:
        said = json.loads(data)
        said["relations"][0]["rows"] += 1
        return json.dumps(said).encode()

    rewrite("published/gen-*/manifest.json", one_more)(small)
    assert any("its manifest says" in sentence for sentence in verify(small).broken)


def test_what_a_dead_run_left_is_no_damage(small: Settings) -> None:
    """A quarantine folder without a ledger entry is named and harms nothing."""
    (small.home / "quarantine" / "crm.opportunities" / "generic" / "2026-09-30_000003").mkdir()
    found = verify(small)
    assert found.broken == ()
    assert "belongs to no load" in found.leftovers[0]


def test_a_torn_line_of_the_operations_log_is_told(small: Settings) -> None:
    """It is no damage to data, and its number is said."""
    with log_path(small).open("a", encoding="utf-8") as log:
        log.write('{"when": "2026-')
    found = verify(small)
    assert found.broken == ()
    assert "operations.jsonl does not read" in found.leftovers[0]


def test_what_was_removed_on_purpose_is_no_damage(small: Settings) -> None:
    """Files whose removal stands in the operations log are not missed; others are."""
    (original,) = small.home.glob("deliveries/*/*/*.csv")
    original.unlink()
    assert len(verify(small).broken) == 1
    place = original.relative_to(small.home).as_posix()
    record(small, "remove", result="ok", ids={"kind": "original", "path": place}, why="retention")
    assert verify(small).broken == ()


def test_the_command_says_it_and_exits_with_one(small: Settings, partner_kpi: CommandLine) -> None:
    """0 where all is whole and nothing stands; 1 and the sentences where something is broken."""
    discard_case(small, "2", reason="sent by mistake")
    whole = partner_kpi("status", "--verify", "--home", str(small.home))
    assert whole.returncode == 0 and "Whole: " in whole.stdout
    rewrite("deliveries/*/*/*.csv", flip)(small)
    broken = partner_kpi("status", "--verify", "--home", str(small.home), "--json")
    assert broken.returncode == 1
    answer = json.loads(broken.stdout)
    assert answer["states"] == ["broken"]
    assert "has changed since it was taken" in answer["verification"]["broken"][0]
