"""`partner-kpi check`: what a run would make of files, without loading anything or writing into the home.

The same parse and the same gate as a load; rules that compare with the last good delivery read the home's warehouse.
What is answered is `partner_kpi.dry_run_report`'s, how it looks `partner_kpi.newcomer_text`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.gate import open_gate
from expectations.suite import Suite, load_suites
from ingest.archive import ORIGINAL, REJECTED, copy_original
from ingest.contracts import Contracts, ExportContract, load_contracts
from ingest.delivery import Delivery
from ingest.errors import InboxError
from ingest.inbox import Inbox, find_file
from ingest.judgement import Audit, Judgement, judge
from ingest.ledger import LoadRow, find_known
from ingest.load import utc_now
from ingest.parse import effective_contract
from ingest.reading import Read, open_reader
from ingest.warehouse import connect, create_tables
from partner_kpi.audit import audit_with
from partner_kpi.dry_run_rejects import rejected_rows
from partner_kpi.dry_run_report import DryRun, ExportCheck, FileCheck, RejectedRow
from partner_kpi.settings import Settings


def dry_run(settings: Settings, files: Sequence[Path], *, instance: str | None) -> DryRun:
    """Parse and audit the files as a run would. Raises InboxError where one is no file."""
    for path in files:
        if not path.is_file():
            raise InboxError(f"{path} is no file. Name files as they lie in a folder of the inbox.")
    contracts = load_contracts()
    suites = load_suites(contracts, own=settings.suites)
    with ExitStack() as stack:
        bench = Path(stack.enter_context(TemporaryDirectory()))
        desk = _Desk(
            settings=settings,
            contracts=contracts,
            suites=suites,
            audit=audit_with(stack.enter_context(open_gate()), suites),
            read=stack.enter_context(open_reader(settings.read_limits())).read,
            last_good=stack.enter_context(_open_last_good(settings, contracts, bench)),
            bench=bench,
        )
        checked: list[FileCheck] = []
        together: set[Path] = set()
        for path in files:
            if path not in together:
                found = _look_at(desk, path, instance or path.resolve().parent.name)
                together |= {part for delivery in found.deliveries for part in delivery.parts}
                checked.append(_check_file(desk, path, instance or path.resolve().parent.name, found))
        return DryRun(files=tuple(checked), compared_with=desk.last_good.words)


@dataclass(frozen=True, kw_only=True)
class _LastGood:
    """What the home holds of an export; an empty table stands in where it holds nothing."""

    held: duckdb.DuckDBPyConnection | None
    empty: duckdb.DuckDBPyConnection
    words: str

    def connection(self, contract: ExportContract) -> duckdb.DuckDBPyConnection:
        """The warehouse where it has the export's table: one that an older version made may lack it."""
        if self.held is None:
            return self.empty
        there = self.held.execute(
            "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2",
            [f"raw_{contract.source}", contract.export],
        ).fetchone()
        return self.held if there else self.empty


@contextmanager
def _open_last_good(settings: Settings, contracts: Contracts, bench: Path) -> Iterator[_LastGood]:
    """The home's warehouse without its lock, which a reader would have to write."""
    with closing(connect(None, temp_directory=bench / "tmp")) as empty:
        create_tables(empty, contracts)
        none = ": rules that compare with the last good delivery (keys lost) had nothing to compare with"
        if not settings.warehouse.is_file():
            yield _LastGood(held=None, empty=empty, words=f"{settings.home} has no warehouse yet{none}")
            return
        try:
            held = connect(settings.warehouse, temp_directory=bench / "tmp", read_only=True)
        except duckdb.Error:
            yield _LastGood(held=None, empty=empty, words=f"{settings.warehouse} is in use or cannot be read{none}")
            return
        with closing(held):
            yield _LastGood(held=held, empty=empty, words=f"Compared with what {settings.warehouse} holds")


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What every file is checked with."""

    settings: Settings
    contracts: Contracts
    suites: Mapping[str, Suite]
    audit: Audit
    read: Read
    last_good: _LastGood
    bench: Path


def _look_at(desk: _Desk, path: Path, instance: str) -> Inbox:
    return find_file(
        path, instance, contracts=desk.contracts, home_vendors=desk.settings.vendors, received_at=utc_now()
    )


def _check_file(desk: _Desk, path: Path, instance: str, found: Inbox) -> FileCheck:
    return FileCheck(
        path=path,
        instance=instance,
        problem=str(found.problems[0]) if found.problems else None,
        exports=tuple(_check_export(desk, delivery) for delivery in found.deliveries),
    )


def _check_export(desk: _Desk, delivery: Delivery) -> ExportCheck:
    contract = effective_contract(delivery, desk.contracts.exports[delivery.export])
    connection = desk.last_good.connection(contract)
    with TemporaryDirectory(dir=desk.bench) as name:
        place = Path(name)
        copy_original(delivery.path, place / ORIGINAL, delivery.sha256, parts=delivery.parts)
        judged = judge(
            delivery, contract, desk.read(delivery, contract, place), connection=connection, audit=desk.audit
        )
        rejected = rejected_rows(delivery, contract, place / REJECTED) if judged.parsed else ()
        ignored = judged.parsed.ignored_columns if judged.parsed else ()
    known = find_known(
        connection,
        delivery,
        contract_version=contract.version,
        suite_version=desk.suites[contract.source].version,
    )
    return _answer(delivery, judged, rejected=rejected, ignored=ignored, known=known)


def _answer(
    delivery: Delivery,
    judged: Judgement,
    *,
    rejected: tuple[RejectedRow, ...],
    ignored: tuple[str, ...],
    known: LoadRow | None,
) -> ExportCheck:
    """What was refused once under the same rules stays refused, as a run would have it."""
    parsed = judged.parsed
    return ExportCheck(
        export=delivery.export,
        vendor=delivery.vendor,
        pattern=delivery.file.pattern,
        as_of_date=parsed.as_of_date if parsed else delivery.as_of_date,
        rows_in=parsed.rows_in if parsed else None,
        rows_accepted=parsed.rows_accepted if parsed else None,
        rows_rejected=parsed.rows_rejected if parsed else None,
        rows_collapsed=parsed.rows_collapsed if parsed else None,
        rejected=rejected,
        failed=judged.failed,
        warnings=judged.warnings,
        kept_columns=parsed.extra_columns if parsed else (),
        ignored_columns=ignored,
        known_load=known.load_seq if known else None,
        reason=known.reason if known and known.verdict == "quarantined" else judged.reason,
    )
