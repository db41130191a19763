"""The files that the warehouse keeps, against the ledger: archived deliveries and quarantine. Reads only.

A finding is a sentence; leftovers of runs that died are told apart, for they harm nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import duckdb

from ingest.archive import REASON, archived_parquet, fingerprint, quarantine_folder, refused_original
from ingest.erased_originals import kept_original, read_given_up
from ingest.ledger import LoadRow
from ingest.sql import exact_path


def check_deliveries(
    connection: duckdb.DuckDBPyConnection, home: Path, loads: Sequence[LoadRow], *, removed: Collection[Path]
) -> Iterator[str]:
    """Every accepted load has its bytes as they came and its rows as they were read, but for what was `removed`."""
    for row in loads:
        if row.verdict != "accepted" or row.as_of_date is None:
            continue
        parquet = archived_parquet(home, row.export, row.instance, row.as_of_date, row.load_seq)
        original = parquet.with_name(f"{parquet.stem}__{row.file_name}")
        if original not in removed:
            yield from _original(original, row, "archive")
        if parquet in removed:
            continue
        try:
            found = connection.execute("select count(*) from read_parquet($1)", [exact_path(parquet)]).fetchone()
        except duckdb.Error as error:
            yield (
                f"The archived rows of load {row.load_seq} ({row.export}) do not read: {parquet}: "
                f"{str(error).splitlines()[0]}"
            )
            continue
        if found and found[0] < row.rows_accepted:
            yield (
                f"The archived rows of load {row.load_seq} ({row.export}) are {found[0]}, and {row.rows_accepted} were "
                f"accepted: {parquet}"
            )


def check_quarantine(home: Path, loads: Sequence[LoadRow], *, removed: Collection[Path]) -> Iterator[str]:
    """Every refused load has its bytes and its reason, but for files and folders that were `removed`."""
    for row in loads:
        folder = _folder(home, row)
        if row.verdict != "quarantined" or folder in removed:
            continue
        original = refused_original(folder, row.file_name)
        if original not in removed:
            yield from _original(original, row, "quarantine")
        try:
            said = json.loads((folder / REASON).read_text("utf-8"))
        except (OSError, ValueError):
            yield f"The reason of the refused load {row.load_seq} does not read: {folder / REASON}"
            continue
        if said.get("load_seq") != row.load_seq:
            yield f"{folder / REASON} is about load {said.get('load_seq')}; the ledger says {row.load_seq}."


def find_leftovers(home: Path, loads: Sequence[LoadRow]) -> Iterator[str]:
    """Files of the archive and folders of quarantine that no load knows: left by a run that died before its entry."""
    archived = {(row.export, row.instance, _stem(row)) for row in loads if row.verdict == "accepted"}
    for file in sorted((home / "deliveries").glob("*/*/*")):
        if (file.parent.parent.name, file.parent.name, file.name.split(".")[0].split("__")[0]) not in archived:
            yield f"{file} belongs to no load: a run died before recording it. It harms nothing and can be removed."
    known = {_folder(home, row) for row in loads if row.verdict == "quarantined"}
    for folder in sorted((home / "quarantine").glob("*/*/*")):
        if folder.is_dir() and folder not in known:
            yield f"{folder} belongs to no load: a run died before recording it. It harms nothing and can be removed."


def _stem(row: LoadRow) -> str:
    return f"{row.as_of_date}_{row.load_seq:06d}"


def _folder(home: Path, row: LoadRow) -> Path:
    return quarantine_folder(home, row.export, row.instance, row.as_of_date, row.load_seq)


def _original(path: Path, row: LoadRow, place: str) -> Iterator[str]:
    what = f"The file of load {row.load_seq} ({row.file_name}, {row.export})"
    try:
        if fingerprint(path) != row.sha256:
            yield f"{what} in {place} has changed since it was taken: {path}"
    except OSError as error:
        yield f"{what} is not in {place} as it should be: {path} ({error.strerror})"


def erased_originals(connection: duckdb.DuckDBPyConnection, home: Path, loads: Sequence[LoadRow]) -> frozenset[Path]:
    """Where the bytes of deliveries lay that named somebody who was erased: they are not kept."""
    given_up = read_given_up(connection)
    return frozenset(kept_original(home, row) for row in loads if row.load_seq in given_up)


def check_erased(originals: Collection[Path]) -> Iterator[str]:
    """None of them is there any more: a run that died may have left one."""
    for path in sorted(originals):
        if path.exists():
            yield f"{path} names a person who was erased, and should be gone: the run died before. Remove it."
