"""Deliveries on their way in: known? read, audit, then commit or quarantine. The next is read while one is judged.

Reader and audit are handed in, so that this room never imports the gate. Which deliveries and in what order is the
caller's; what decides is `ingest.judgement`'s, what a verdict writes is `ingest.verdict`'s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest import archive, ledger
from ingest.contracts import ExportContract
from ingest.crash_points import passing
from ingest.delivery import Delivery, LoadResult, ParsedDelivery
from ingest.errors import DeliveryError, FileChangedError
from ingest.judgement import Audit, judge
from ingest.ledger import LoadRow
from ingest.parse import effective_contract
from ingest.reading import Read, Reading, read_here
from ingest.verdict import Load

AHEAD = 3


def utc_now() -> datetime:
    """Now, UTC without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A delivery with the contract of its export and the version of the suite that will judge it."""

    delivery: Delivery
    contract: ExportContract
    suite_version: str


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What deliveries are taken in with; the caller holds the warehouse (`open_warehouse`).

    `read` begins a reading, `audit(candidate, facts, contract)` judges the candidate Parquet.
    """

    connection: duckdb.DuckDBPyConnection
    home: Path
    audit: Audit
    run_id: str
    read: Read = read_here
    now: Callable[[], datetime] = utc_now

    def take_in(self, arrivals: Iterable[Arrival]) -> Iterator[LoadResult]:
        """Take the deliveries in, in their order. One that cannot be read or fails the audit is quarantined.

        Raises FileChangedError where a file moved under our hands; nothing of it is recorded, and what was taken in
        before it stays.
        """
        begun: deque[_Begun] = deque()
        with archive.workbenches(self.home) as benches:
            for number, arrival in enumerate(arrivals):
                begun.append(self._begin(arrival, benches / str(number)))
                if len(begun) > AHEAD:
                    yield self._finish(begun.popleft())
            while begun:
                yield self._finish(begun.popleft())

    def _begin(self, arrival: Arrival, bench: Path) -> _Begun:
        begun = _Begun(
            delivery=arrival.delivery,
            contract=effective_contract(arrival.delivery, arrival.contract),
            suite_version=arrival.suite_version,
            bench=bench,
        )
        return begun if self._known(begun) else self._begin_reading(begun)

    def _begin_reading(self, begun: _Begun) -> _Begun:
        """Copy the bytes, and have them read; that the file moved is said when the answer is asked for."""
        archive.make_folder(begun.bench)
        try:
            original = begun.bench / archive.ORIGINAL
            archive.copy_original(begun.delivery.path, original, begun.delivery.sha256, parts=begun.delivery.parts)
        except FileChangedError as error:
            return replace(begun, reading=_raising(error))
        passing("load.original_copied")
        return replace(begun, reading=self.read(begun.delivery, begun.contract, begun.bench))

    def _finish(self, begun: _Begun) -> LoadResult:
        """Judge what was read, and commit or quarantine it. What is known may have changed since it was begun."""
        delivery = begun.delivery
        if known := self._known(begun):
            if begun.reading is not None:
                with suppress(DeliveryError):
                    begun.reading()  # answers are asked for in their order
            return _duplicate(delivery, known)
        if begun.reading is None:
            begun = self._begin_reading(begun)
        assert begun.reading is not None
        judged = judge(delivery, begun.contract, begun.reading, connection=self.connection, audit=self.audit)
        passing("load.judged")
        load = Load(
            delivery=delivery,
            contract=begun.contract,
            connection=self.connection,
            home=self.home,
            bench=begun.bench,
            load_seq=ledger.next_sequence(self.connection),
            run_id=self.run_id,
            suite_version=begun.suite_version,
            now=self.now,
        )
        if judged.parsed is not None and judged.reason is None:
            return load.commit(judged.parsed, judged.warnings)
        return load.quarantine(
            judged.parsed, failed=judged.failed, warnings=judged.warnings, reason=judged.reason or "it cannot be read"
        )

    def _known(self, begun: _Begun) -> LoadRow | None:
        return ledger.find_known(
            self.connection,
            begun.delivery,
            contract_version=begun.contract.version,
            suite_version=begun.suite_version,
        )


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """A delivery on its way; `reading` is None while it is known, for then nobody reads it."""

    delivery: Delivery
    contract: ExportContract
    suite_version: str
    bench: Path
    reading: Reading | None = None


def take_in(
    delivery: Delivery,
    *,
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    contract: ExportContract,
    audit: Audit,
    suite_version: str,
    run_id: str,
) -> LoadResult:
    """Take a single delivery in, reading it in this process."""
    intake = Intake(connection=connection, home=home, audit=audit, run_id=run_id)
    return next(intake.take_in([Arrival(delivery=delivery, contract=contract, suite_version=suite_version)]))


def _raising(error: FileChangedError) -> Reading:
    def reading() -> ParsedDelivery:
        raise error

    return reading


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
