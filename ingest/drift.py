"""A delivery against those before it: columns that came or went, and whether it is as large as usual.

Before = the accepted deliveries of the same export and instance from files of the same kind (one pattern of the
mapping). Only facts; what is tolerable is the gate's rule.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import duckdb

from ingest.contracts import ExportContract
from ingest.delivery import Delivery, ParsedDelivery
from ingest.inbox import fits_pattern
from ingest.ledger import LoadRow, read_columns, read_loads
from ingest.sql import exact_path, identifier, table_name

RATES = 6
LEAST_RATES = 2


@dataclass(frozen=True, kw_only=True)
class Drift:
    """`new_columns` nobody maps, and the delivery before did not have; `vanished_columns` are mapped, and it had them.

    `volume` counts the rows of a snapshot or range; of a delta or append delivery those that say something new.
    `usual_volume` is the volume of the delivery before; of delta and append the median of what came per day between
    the last deliveries, times the days since. None where there are too few to tell.
    """

    new_columns: tuple[str, ...]
    vanished_columns: tuple[str, ...]
    volume: int
    usual_volume: float | None


def find_drift(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, contract: ExportContract, parsed: ParsedDelivery
) -> Drift:
    """Compare a parsed delivery with the ledger; `contract` is the effective one, `connection` may be read-only."""
    before = [
        row
        for row in read_loads(connection, export=delivery.export)
        if row.verdict == "accepted"
        and row.instance == delivery.instance
        and row.as_of_date is not None
        and row.as_of_date <= parsed.as_of_date
        and fits_pattern(delivery.file, row.file_name)
    ]
    before.sort(key=lambda row: (row.as_of_date, row.load_seq))
    had = read_columns(connection, before[-1].load_seq) if before else ()
    known = before[-1].extra_columns if before else ()
    by_date = {row.as_of_date: row for row in before if row.as_of_date != parsed.as_of_date}
    volume, usual = parsed.rows_accepted, _usual(list(by_date.values()), contract, parsed)
    if usual is not None and contract.mode in ("delta", "append"):
        volume = _rows_that_tell(connection, delivery, contract, parsed)
    return Drift(
        new_columns=tuple(name for name in parsed.extra_columns if name not in known),
        vanished_columns=tuple(name for name in parsed.absent_columns if name in had),
        volume=volume,
        usual_volume=usual,
    )


def _usual(before: Sequence[LoadRow], contract: ExportContract, parsed: ParsedDelivery) -> float | None:
    """`before` has one load per as-of date, oldest first."""
    if contract.mode not in ("delta", "append"):
        return float(before[-1].rows_accepted) if before else None
    dated = [(row.as_of_date, row.versions_opened) for row in before if row.as_of_date is not None]
    rates = [opened / (day - earlier).days for (earlier, _), (day, opened) in pairwise(dated)]
    if len(rates) < LEAST_RATES:
        return None
    return median(rates[-RATES:]) * (parsed.as_of_date - dated[-1][0]).days


def _rows_that_tell(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, contract: ExportContract, parsed: ParsedDelivery
) -> int:
    """Rows that would open a version: of keys not held, or (delta) held otherwise."""
    same = " and ".join(f"held.{identifier(k)} = new.{identifier(k)}" for k in contract.key)
    otherwise = "" if contract.mode == "append" else " and held._row_hash = new._row_hash"
    row = connection.execute(
        f"select count(*) from read_parquet($1) as new where not exists (select 1 from {table_name(contract.name)}"
        f" as held where {same}{otherwise} and held._instance = $2 and held._superseded_seq is null"
        " and held._valid_from <= $3 and (held._valid_to is null or held._valid_to > $3))",
        [exact_path(parsed.parquet), delivery.instance, parsed.as_of_date],
    ).fetchone()
    return int(row[0]) if row else 0
