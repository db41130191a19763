"""What of the taken-in deliveries ages: the bytes as they came, and, only where asked for, the rows as they were read.

Without the bytes a delivery cannot be read again by another mapping. Without the rows raw history cannot be made anew,
and a delivery older than the oldest kept one cannot be worked into it: it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ingest import ledger
from ingest.ledger import LoadRow
from partner_kpi.settings import Settings


def aged_deliveries(settings: Settings, loads: Sequence[LoadRow], now: datetime) -> Iterator[tuple[str, Path, str]]:
    """(kind, file, what is lost with it) of everything past its age; the newest delivery of an export always stays."""
    accepted = [row for row in loads if row.verdict == "accepted"]
    newest = {(row.export, row.instance): row.load_seq for row in sorted(accepted, key=_as_of)}
    for row in accepted:
        if newest[row.export, row.instance] == row.load_seq:
            continue
        rows = ledger.archived(settings.home, row).parquet
        age = now - row.committed_at
        name = f"{row.instance}/{row.file_name} of {row.as_of_date} (load {row.load_seq}, {row.export})"
        if settings.keep_original_days and age > timedelta(days=settings.keep_original_days):
            for original in sorted(rows.parent.glob(f"{rows.stem}__*")):
                yield "original", original, f"{name} cannot be read again by another mapping"
        if settings.keep_delivery_days and age > timedelta(days=settings.keep_delivery_days) and rows.is_file():
            yield (
                "delivery",
                rows,
                f"{row.export} cannot be rebuilt any more, and a delivery of {row.instance} as of {row.as_of_date} or "
                f"before will be refused: {name} is gone",
            )


def _as_of(row: LoadRow) -> tuple[object, int]:
    return row.as_of_date, row.load_seq
