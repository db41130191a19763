"""One delivery on its way in: known? parse, audit, then commit or quarantine.

The audit is handed in, so that this room never imports the gate. Which deliveries and in what order is the
caller's; what decides is `ingest.judgement`'s, what a verdict writes is `ingest.verdict`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest import archive, ledger
from ingest.contracts import ExportContract
from ingest.crash_points import passing
from ingest.delivery import Delivery, LoadResult
from ingest.judgement import Audit, judge
from ingest.ledger import LoadRow
from ingest.parse import effective_contract
from ingest.verdict import Load
from ingest.warehouse import Limits


def utc_now() -> datetime:
    """Now, UTC without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def take_in(
    delivery: Delivery,
    *,
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    contract: ExportContract,
    audit: Audit,
    suite_version: str,
    run_id: str,
    limits: Limits | None = None,
    now: Callable[[], datetime] = utc_now,
) -> LoadResult:
    """Take one delivery in; the caller holds the warehouse (`open_warehouse`).

    `audit(candidate, facts, contract)` judges the candidate Parquet; `suite_version` is the version of the
    suite it will use. A delivery that cannot be read or fails the audit is quarantined, and everything taken
    in before stays. Raises FileChangedError where the file moved under our hands; nothing is recorded then.
    """
    contract = effective_contract(delivery, contract)
    known = ledger.find_known(connection, delivery, contract_version=contract.version, suite_version=suite_version)
    if known is not None:
        return _duplicate(delivery, known)
    with archive.workbench(home) as bench:
        archive.copy_original(delivery.path, bench / archive.ORIGINAL, delivery.sha256)
        passing("load.original_copied")
        load = Load(
            delivery=delivery,
            contract=contract,
            connection=connection,
            home=home,
            bench=bench,
            load_seq=ledger.next_sequence(connection),
            run_id=run_id,
            suite_version=suite_version,
            now=now,
        )
        judged = judge(
            delivery,
            contract,
            bench,
            source=bench / archive.ORIGINAL,
            connection=connection,
            audit=audit,
            limits=limits,
        )
        passing("load.judged")
        if judged.parsed is not None and judged.reason is None:
            return load.commit(judged.parsed, judged.warnings)
        return load.quarantine(
            judged.parsed, failed=judged.failed, warnings=judged.warnings, reason=judged.reason or "it cannot be read"
        )


def _duplicate(delivery: Delivery, known: LoadRow) -> LoadResult:
    return LoadResult(
        export=delivery.export,
        instance=delivery.instance,
        file_name=delivery.path.name,
        as_of_date=known.as_of_date,
        verdict="duplicate",
        load_seq=known.load_seq,
        reason=known.reason,
    )
