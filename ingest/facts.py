"""What the gate is told of a delivery beside its rows: counts, and what it would take away.

Only counts; whether they are tolerable is the gate's rule.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import duckdb

from ingest.contracts import ExportContract
from ingest.delivery import Delivery, DeliveryFacts, ParsedDelivery
from ingest.drift import find_drift
from ingest.sql import exact_path, identifier, table_name


def delivery_facts(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    contract: ExportContract,
    parsed: ParsedDelivery,
) -> DeliveryFacts:
    """Facts of a parsed delivery against the versions that hold at its as-of date."""
    before, lost = _keys(connection, delivery, contract, parsed)
    drift = find_drift(connection, delivery, contract, parsed)
    return DeliveryFacts(
        export=delivery.export,
        instance=delivery.instance,
        as_of_date=parsed.as_of_date,
        received_date=delivery.received_at.date(),
        rows_in=parsed.rows_in,
        rows_accepted=parsed.rows_accepted,
        rows_rejected=parsed.rows_rejected,
        rows_collapsed=parsed.rows_collapsed,
        conflicting_keys=parsed.conflicting_keys,
        keys_before=before,
        keys_lost=lost,
        extra_columns=parsed.extra_columns,
        new_columns=drift.new_columns,
        vanished_columns=drift.vanished_columns,
        volume=drift.volume,
        usual_volume=drift.usual_volume,
    )


def _keys(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    contract: ExportContract,
    parsed: ParsedDelivery,
) -> tuple[int, int]:
    held = (
        f"from {table_name(contract.name)} as held where _instance = $1 and _superseded_seq is null"
        " and _valid_from <= $2 and (_valid_to is null or _valid_to > $2)"
    )
    values: list[object] = [delivery.instance, parsed.as_of_date]
    before = _count(connection, f"select count(*) {held}", values)
    if contract.mode in ("delta", "append"):
        return before, 0
    new = "read_parquet($3)"
    same = " and ".join(f"new.{identifier(k)} = held.{identifier(k)}" for k in contract.key)
    within = ""
    if contract.mode == "rolling":
        column = identifier(delivery.mapping.range_column or "")
        least, greatest = f"select min({column}) from {new}", f"select max({column}) from {new}"
        within = f" and held.{column} between ({least}) and ({greatest})"
    lost = f"select count(*) {held}{within} and not exists (select 1 from {new} as new where {same})"
    return before, _count(connection, lost, [*values, exact_path(parsed.parquet)])


def _count(connection: duckdb.DuckDBPyConnection, sql: str, values: list[object]) -> int:
    row = connection.execute(sql, values).fetchone()
    return int(row[0]) if row else 0
