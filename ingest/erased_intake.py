"""A delivery that still names people who were erased: they are left out before anything of it is kept.

The bytes as they came name them too, so that the original is not archived: not with this load, nor with any other load
of the same file. A refused file stays in quarantine as its sender wrote it; only its rejected rows are gone through.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from ingest import archive
from ingest.contracts import ExportContract
from ingest.delivery import Delivery, ParsedDelivery
from ingest.erased import offer, read_erased, rewrite_rejected, rewrite_rows
from ingest.erased_originals import kept_original, write_given_up
from ingest.ledger import read_loads


def leave_out_erased(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, contract: ExportContract, parsed: ParsedDelivery
) -> bool:
    """Rewrite the typed and rejected rows of a parsed delivery in place; whether any of them named an erased person."""
    erased = read_erased(connection, delivery.instance)
    if erased is None:
        return False
    offer(connection, erased)
    typed, rejected = (path.with_name(f"{path.stem}.without.parquet") for path in (parsed.parquet, parsed.rejected))
    is_named = False
    if rewrite_rows(connection, erased, contract, parsed.parquet, typed):
        archive.place(typed, parsed.parquet)
        is_named = True
    if rewrite_rejected(connection, erased, parsed.rejected, rejected):
        archive.place(rejected, parsed.rejected)
        is_named = True
    return is_named


def names_erased(connection: duckdb.DuckDBPyConnection, sha256: str) -> bool:
    """Whether the file with these bytes was found to name an erased person before, as whatever export."""
    found = connection.execute(
        "select 1 from ledger.erased_originals join ledger.loads using (load_seq) where sha256 = $1", [sha256]
    ).fetchone()
    return found is not None


def give_up_originals(
    connection: duckdb.DuckDBPyConnection, home: Path, *, sha256: str, erased_at: datetime
) -> list[Path]:
    """Write down that no accepted load keeps the file with these bytes, the newest among them; gives those to remove.

    The caller holds the transaction, and removes them after it.
    """
    same = [row for row in read_loads(connection) if row.sha256 == sha256 and row.verdict == "accepted"]
    write_given_up(connection, [row.load_seq for row in same], at=erased_at)
    return [kept_original(home, row) for row in same]
