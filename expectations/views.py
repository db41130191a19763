"""The two views that rules are written on: `candidate`, the parsed rows, and `delivery`, one row of facts.

`delivery` has the fields of DeliveryFacts, `due_days` and `mode` of the contract, and the limits of the
suite. Rules do not belong here.
"""

# ruff: noqa: S608 - the path is quoted by ingest.sql, everything else is bound

from dataclasses import fields
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from expectations.errors import CandidateUnreadableError
from expectations.tuning import Limits
from ingest.contracts import ExportContract
from ingest.delivery import DeliveryFacts
from ingest.sql import exact_path, identifier, text_literal

DELIVERY_COLUMNS: Final[dict[str, str]] = {
    "export": "VARCHAR",
    "instance": "VARCHAR",
    "as_of_date": "DATE",
    "received_date": "DATE",
    "rows_in": "BIGINT",
    "rows_accepted": "BIGINT",
    "rows_rejected": "BIGINT",
    "rows_collapsed": "BIGINT",
    "conflicting_keys": "BIGINT",
    "keys_before": "BIGINT",
    "keys_lost": "BIGINT",
    "extra_columns": "VARCHAR[]",
    "new_columns": "VARCHAR[]",
    "vanished_columns": "VARCHAR[]",
    "volume": "BIGINT",
    "usual_volume": "DOUBLE",
    "mode": "VARCHAR",
    "due_days": "BIGINT",
    "max_rejected_share": "DECIMAL(9,6)",
    "max_lost_share": "DECIMAL(9,6)",
    "max_days_ahead": "BIGINT",
    "max_shrink_share": "DECIMAL(9,6)",
    "max_jump_share": "DECIMAL(9,6)",
    "min_volume": "BIGINT",
}


def create_views(
    connection: Connection, *, candidate: Path, facts: DeliveryFacts, contract: ExportContract, limits: Limits
) -> None:
    """Point both views at one delivery. Raises CandidateUnreadableError."""
    values = {
        **{field.name: getattr(facts, field.name) for field in fields(facts)},
        **limits.model_dump(),
        "mode": contract.mode,
        "due_days": contract.due_days,
        **{name: list(getattr(facts, name)) for name in ("extra_columns", "new_columns", "vanished_columns")},
    }
    row = ", ".join(f"cast(? as {kind}) as {identifier(name)}" for name, kind in DELIVERY_COLUMNS.items())
    connection.exec_driver_sql(
        f"create or replace table delivery as select {row}", tuple(values[name] for name in DELIVERY_COLUMNS)
    )
    reader = f"read_parquet({text_literal(exact_path(candidate))})"
    try:
        connection.exec_driver_sql(f"create or replace view candidate as select * from {reader}")
    except SQLAlchemyError as error:
        problem = str(error.__cause__ or error)
        connection.rollback()
        raise CandidateUnreadableError(candidate=str(candidate), problem=problem) from error
    connection.commit()  # Great Expectations looks the columns up on another connection
