"""A person erased from everything that the home keeps: list, archive, quarantine, ledger and raw history.

What has to go is found and written down first (the list of the erased, the loads whose files go), then files are
rewritten or removed, and last raw history is made anew into a fresh file, from the archive as it then is. Until that
last step raw history says who is meant: an erasure that was killed is finished by asking for it again. The caller holds
the home's lock.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from ingest import ledger
from ingest.archive import REJECTED, fingerprint, make_folder, place, quarantine_folder
from ingest.contracts import Contracts
from ingest.erased import Erased, list_people, offer, read_erased, rewrite_rejected, rewrite_rows
from ingest.erased_files import holds_person
from ingest.erased_originals import kept_original, read_given_up, write_given_up
from ingest.erased_person import Person, find_person
from ingest.erased_tables import count_rows, loads_with_rejected, rewrite_history, rewrite_rejected_rows
from ingest.errors import PartnerKpiError
from ingest.ledger import LoadRow
from ingest.rebuild import rebuild
from ingest.warehouse import Limits, open_warehouse


class NobodyFoundError(PartnerKpiError):
    """Nothing that the home keeps of the instance names the person."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was done: rows by where they stood, and the files that are gone. Who it was is not said."""

    rows_in_history: int
    rows_in_archive: int
    rejected_rows: int
    exports: tuple[str, ...]
    removed: tuple[Path, ...]


@dataclass(kw_only=True)
class _Desk:
    """One erasure on its way; `bench` holds rewritten files until they take the place of the old ones."""

    home: Path
    bench: Path
    connection: duckdb.DuckDBPyConnection
    contracts: Contracts
    loads: list[LoadRow]
    erased: Erased
    rows_in_archive: int = 0
    exports: set[str] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    rewritten: dict[Path, Path] = field(default_factory=dict)


def erase(
    home: Path, warehouse: Path, contracts: Contracts, *, instance: str, who: str, now: datetime, limits: Limits
) -> Erasure:
    """Erase the person whom the system behind the instance calls `who`, an id or address; `now` is UTC without zone.

    Raises NobodyFoundError, and the errors of `ingest.rebuild`; asked again, it goes on where it was.
    """
    bench = home / "tmp" / "erasure"
    shutil.rmtree(bench, ignore_errors=True)
    make_folder(bench)
    with open_warehouse(warehouse, contracts=contracts, limits=limits) as connection:
        person = find_person(connection, contracts, instance, who)
        connection.execute("begin transaction")
        try:
            was_listed = read_erased(connection, instance)
            erased = list_people(connection, instance, person.ids, erased_at=now)
            offer(connection, erased)
            every = [row for row in ledger.read_loads(connection) if row.instance == instance]
            desk = _Desk(home=home, bench=bench, connection=connection, contracts=contracts, loads=every, erased=erased)
            pulled = _find(desk, person)
            in_history = {
                name: count
                for name in contracts.exports
                if (count := count_rows(connection, erased, contracts.exports[name]))
            }
            is_known = was_listed is not None and was_listed.hash(person.who) in was_listed.stand_ins
            if not (desk.named or pulled or in_history or is_known):
                raise NobodyFoundError(
                    f"Nothing that is kept of {instance} names this person. Give the id or the address as that system "
                    "writes it, and the instance by the name of its inbox folder."
                )
            rejected = rewrite_rejected_rows(connection, erased, [row.load_seq for row in every])
            write_given_up(connection, desk.named, at=now)
            connection.execute("commit")
        except BaseException:
            connection.execute("rollback")
            raise
        for old, new in desk.rewritten.items():
            place(new, old)
        removed = tuple(path for path in (*_given_up(desk), *pulled) if path.exists())
        for path in removed:
            path.unlink()
        touched = set(in_history) | desk.exports
        partial = {name for name in touched if not _is_archived(desk, name)}
        for name in sorted(partial):
            rewrite_history(connection, erased, contracts.exports[name])
    rebuild(home, warehouse, contracts, exports=sorted(touched - partial), may_differ=True, limits=limits)
    shutil.rmtree(bench, ignore_errors=True)
    return Erasure(
        rows_in_history=sum(in_history.values()),
        rows_in_archive=desk.rows_in_archive,
        rejected_rows=rejected,
        exports=tuple(sorted(touched)),
        removed=removed,
    )


def _find(desk: _Desk, person: Person) -> list[Path]:
    """Find what names the person: loads, with their rewritten rows on the bench, and pulled copies."""
    named = loads_with_rejected(desk.connection, desk.erased, [row.load_seq for row in desk.loads])
    for row in desk.loads:
        for path, beside in _typed_and_rejected(desk, row):
            contract = desk.contracts.exports.get(row.export)
            if not path.is_file() or contract is None:
                continue
            if path.name == REJECTED:
                found = rewrite_rejected(desk.connection, desk.erased, path, beside)
            else:
                found = rewrite_rows(desk.connection, desk.erased, contract, path, beside)
                desk.rows_in_archive += found
                desk.exports |= {row.export} if found else set()
            if found:
                desk.rewritten[path] = beside
                named.add(row.load_seq)
    hashes = {row.sha256 for row in desk.loads if row.load_seq in named}
    for row in desk.loads:
        is_refused = row.verdict != "accepted"
        if row.sha256 in hashes or holds_person(kept_original(desk.home, row), person, also_ids=is_refused):
            named.add(row.load_seq)
    desk.named = named
    instance = desk.erased.instance
    copies = sorted(path for path in (desk.home / "pulled" / instance).rglob("*") if path.is_file())
    return [path for path in copies if fingerprint(path) in hashes or holds_person(path, person, also_ids=False)]


def _typed_and_rejected(desk: _Desk, row: LoadRow) -> Iterator[tuple[Path, Path]]:
    """The Parquet file of a load that may name somebody, and where it is rewritten."""
    folder = quarantine_folder(desk.home, row.export, row.instance, row.as_of_date, row.load_seq)
    path = ledger.archived(desk.home, row).parquet if row.verdict == "accepted" else folder / REJECTED
    yield path, desk.bench / f"{row.load_seq}_{path.name}"


def _given_up(desk: _Desk) -> list[Path]:
    """Originals that no load keeps, this erasure's and any that a run which died left."""
    given_up = read_given_up(desk.connection)
    return [kept_original(desk.home, row) for row in desk.loads if row.load_seq in given_up]


def _is_archived(desk: _Desk, export: str) -> bool:
    """Whether the export's history can be made anew; where not, its rows are changed as they stand."""
    loads = ledger.read_loads(desk.connection, export=export)
    return all(ledger.archived(desk.home, row).parquet.is_file() for row in loads if row.verdict == "accepted")
