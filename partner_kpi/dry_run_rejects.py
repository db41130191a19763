"""The first rows that a dry run could not read, each with its reason in words; personal data are not shown."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from ingest.contracts import ExportContract
from ingest.delivery import Delivery
from ingest.sql import exact_path
from partner_kpi.dry_run_report import RejectedRow
from partner_kpi.rejections import shown

SHOWN = 10


def rejected_rows(delivery: Delivery, contract: ExportContract, parquet: Path) -> tuple[RejectedRow, ...]:
    """The first rejected rows, in the order of the file."""
    with closing(duckdb.connect()) as connection:
        rows = connection.execute(
            "select concat(part || ', ', 'line ', line_number), column_name, value, rule from read_parquet($1)"
            " order by record_number, column_name limit $2",
            [exact_path(parquet), SHOWN],
        ).fetchall()
    return tuple(
        RejectedRow(
            place=place,
            column=column,
            value=shown(value, is_open=not contract.column(column).personal),
            reason=_reason(delivery, contract, column, rule),
        )
        for place, column, value, rule in rows
    )


def _reason(delivery: Delivery, contract: ExportContract, column: str, rule: str) -> str:
    if rule == "missing_key":
        return "has no value, and a key must"
    if rule == "conflicting_duplicate":
        return "another row of this key says otherwise"
    mapped = (delivery.mapping.columns or {}).get(column)
    if mapped is not None and mapped.lookup is not None:
        return "is not in the lookup of the mapping"
    written = f" written as {mapped.format}" if mapped is not None and mapped.format else ""
    return f"is no {contract.column(column).logical_type}{written}"
