"""Deliveries are read in processes of their own, each within limits: what a file does to its reader stays there."""

from __future__ import annotations

import dataclasses
import os
import resource
import signal
from pathlib import Path

import duckdb
import pytest

from ingest import archive
from ingest.contracts import ExportContract
from ingest.delivery import Delivery, ParsedDelivery
from ingest.errors import HeaderError
from ingest.parse import parse_delivery
from ingest.reading import (
    Reader,
    ReaderFaultError,
    ReaderGoneError,
    ReaderLimitError,
    ReadLimits,
    open_reader,
)
from ingest.warehouse import Limits, confine
from tests.ingest.ingest_desk import Desk

EXPORT = "crm.accounts"
ROWS = "account_id,name\n" + "".join(f"A{n},Partner {n}\n" for n in range(500))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(folder=tmp_path)


def begin(reader: Reader, desk: Desk, text: str, name: str = "accounts.csv") -> tuple[Delivery, ExportContract, Path]:
    delivery = desk.delivery(text, {}, export=EXPORT, name=name, as_of="2025-01-31")
    bench = desk.folder / f"bench_{name}"
    bench.mkdir()
    archive.copy_original(delivery.path, bench / archive.ORIGINAL, delivery.sha256)
    return delivery, desk.contracts.exports[EXPORT], bench


def read(desk: Desk, text: str, limits: ReadLimits | None = None) -> ParsedDelivery:
    with open_reader(limits) as reader:
        return reader.read(*begin(reader, desk, text))()


def test_a_reading_apart_gives_what_a_reading_here_gives(desk: Desk) -> None:
    with open_reader() as reader:
        delivery, contract, bench = begin(reader, desk, ROWS)
        apart = reader.read(delivery, contract, bench)()
    here = parse_delivery(delivery, contract, desk.folder / "here")
    same = {"parquet": here.parquet, "rejected": here.rejected}
    assert dataclasses.replace(apart, **same) == here
    rows = "select * from read_parquet($1) order by all"
    assert duckdb.execute(rows, [str(apart.parquet)]).fetchall() == duckdb.execute(rows, [str(here.parquet)]).fetchall()


def test_several_readings_are_begun_ahead_and_answered_in_their_order(desk: Desk) -> None:
    with open_reader() as reader:
        tasks = [begin(reader, desk, ROWS[: ROWS.index(f"A{n},")], f"accounts_{n}.csv") for n in (3, 30, 300)]
        readings = [reader.read(*task) for task in tasks]
        assert [reading().rows_in for reading in readings] == [3, 30, 300]


def test_a_refusal_comes_back_as_the_error_that_the_parse_raised(desk: Desk) -> None:
    with pytest.raises(HeaderError, match="account_id"):
        read(desk, "name\nAcme\n")


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (ReadLimits(session=Limits(memory="1MB"), memory=1_000_000), "more memory"),
        (ReadLimits(seconds=0), "more time"),
        (ReadLimits(file_bytes=2000), "more disk"),
    ],
)
def test_a_file_that_takes_too_much_is_refused_and_the_next_one_is_read(
    desk: Desk, limits: ReadLimits, what: str
) -> None:
    with pytest.raises(ReaderLimitError, match=what):
        read(desk, ROWS * 1 if what != "more memory" else "account_id,name\n" + "A,B\n" * 400_000, limits)
    (desk.folder / "bench_accounts.csv").rename(desk.folder / "first")
    assert read(desk, ROWS).rows_in == 500


def test_a_reader_that_falls_over_a_file_refuses_that_file_only(desk: Desk) -> None:
    """The bench is a file: nothing that a parse has words for."""
    with open_reader() as reader:
        delivery, contract, bench = begin(reader, desk, ROWS)
        nowhere = desk.folder / "file"
        nowhere.write_text("")
        broken, whole = reader.read(delivery, contract, nowhere), reader.read(delivery, contract, bench)
        with pytest.raises(ReaderFaultError, match=r"accounts.csv could not be read as crm.accounts: .*Error"):
            broken()
        assert whole().rows_in == 500


def test_a_reading_process_that_was_killed_blames_no_file(desk: Desk) -> None:
    with open_reader() as reader:
        first = begin(reader, desk, ROWS)
        assert reader.read(*first)().rows_in == 500
        assert reader._process is not None
        os.kill(reader._process.pid, signal.SIGKILL)
        reader._process.wait()
        second = begin(reader, desk, ROWS, "again.csv")
        assert reader.read(*second)().rows_in == 500
        reading = reader.read(*second)
        os.kill(reader._process.pid, signal.SIGSTOP)
        os.kill(reader._process.pid, signal.SIGKILL)
        reader._process.wait()
        with pytest.raises(ReaderGoneError, match="run again"):
            reading()
            reading()


def test_the_session_that_reads_a_file_sees_its_folder_and_nothing_else(tmp_path: Path) -> None:
    inside, outside = tmp_path / "bench", tmp_path / "other.csv"
    inside.mkdir()
    (inside / "mine.csv").write_text("a\n1\n")
    outside.write_text("a\n1\n")
    connection = duckdb.connect()
    confine(connection, inside)
    assert connection.execute("from read_csv($1)", [str(inside / "mine.csv")]).fetchall() == [(1,)]
    for statement in (
        f"from read_csv('{outside}')",
        f"from read_csv('{inside}/../other.csv')",
        f"copy (select 1) to '{tmp_path}/out.csv'",
        f"attach '{tmp_path}/out.duckdb'",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "install httpfs",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)
    assert not (tmp_path / "out.csv").exists()


def test_limits_hold_for_the_reading_and_not_for_the_run(desk: Desk) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    read(desk, ROWS, ReadLimits(file_bytes=10_000_000))
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before
