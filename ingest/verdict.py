"""The last step of a load: commit or quarantine, and the ledger row that says so.

Files are placed first, then one transaction tells of them; what judges a delivery is `ingest.load`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingest import archive, erased_intake, ledger
from ingest.contracts import ExportContract
from ingest.crash_points import passing
from ingest.decisions import Decision, write_decision
from ingest.delivery import Delivery, LoadResult, ParsedDelivery, RuleOutcome
from ingest.history import Change, Incoming, commit_load
from ingest.history_rebuild import needs_no_replay, rebuild_history
from ingest.ledger import LoadRow
from ingest.timings import phase

_NOTHING = Change(opened=0, closed=0, known=0)


@dataclass(frozen=True, kw_only=True)
class Load:
    """A delivery with its number; `bench` holds its original bytes and what the parse wrote."""

    delivery: Delivery
    contract: ExportContract
    connection: duckdb.DuckDBPyConnection
    home: Path
    bench: Path
    load_seq: int
    run_id: str
    suite_version: str
    now: Callable[[], datetime]

    @phase("commit")
    def commit(
        self, parsed: ParsedDelivery, warnings: tuple[RuleOutcome, ...], *, release: Decision | None = None
    ) -> LoadResult:
        """Raw rows, rejected rows and ledger entry in one transaction, with the decision where a person released it.

        The ledger row of a released load names the rules that did not hold. A delivery older than what is archived
        cannot be worked in: it goes to quarantine.
        """
        if lost := self._no_longer_archived(parsed):
            return self.quarantine(parsed, failed=(lost,), warnings=warnings, reason=lost.message)
        parquet = self._incoming(parsed).parquet
        sha256 = self.delivery.sha256
        names_erased = self._leave_out_erased(parsed) or erased_intake.names_erased(self.connection, sha256)
        archive.keep_accepted(
            parquet,
            typed=parsed.parquet,
            original=None if names_erased else self.bench / archive.ORIGINAL,
            name=self.delivery.path.name,
        )
        passing("load.placed")
        given_up: list[Path] = []
        self.connection.execute("begin transaction")
        try:
            change = self._change(parsed)
            passing("load.history_written")
            waived = release.waived_rules if release else ()
            row = self._row("accepted", parsed, warnings=warnings, failed=waived, change=change)
            ledger.write_rejected_rows(self.connection, self.load_seq, parsed.rejected)
            ledger.write_load(self.connection, row)
            ledger.write_read_columns(self.connection, self.load_seq, parsed.read_columns)
            if release:
                write_decision(self.connection, release)
                passing("release.decided")
            if names_erased:
                given_up = erased_intake.give_up_originals(
                    self.connection, self.home, sha256=sha256, erased_at=row.committed_at
                )
            passing("load.uncommitted")
            self.connection.execute("commit")
        except BaseException:
            self.connection.execute("rollback")
            raise
        passing("load.committed")
        for original in given_up:
            original.unlink(missing_ok=True)
        return _result(row, None)

    @phase("commit")
    def quarantine(
        self,
        parsed: ParsedDelivery | None,
        *,
        failed: tuple[RuleOutcome, ...],
        warnings: tuple[RuleOutcome, ...],
        reason: str,
    ) -> LoadResult:
        """Files to quarantine, a ledger entry and its rejected rows; raw data stays as it was."""
        if parsed is not None:
            self._leave_out_erased(parsed)
        row = self._row("quarantined", parsed, failed=failed, warnings=warnings, reason=reason)
        folder = archive.keep_refused(
            archive.quarantine_folder(self.home, row.export, row.instance, row.as_of_date, row.load_seq),
            bench=self.bench,
            name=row.file_name,
            reason={
                "export": row.export,
                "instance": row.instance,
                "file": row.file_name,
                "load_seq": row.load_seq,
                "as_of_date": str(row.as_of_date) if row.as_of_date else None,
                "sha256": row.sha256,
                "reason": reason,
                "failed_rules": [rule.as_json() for rule in failed],
                "warnings": [rule.as_json() for rule in warnings],
            },
        )
        passing("quarantine.placed")
        self.connection.execute("begin transaction")
        try:
            if parsed is not None:
                ledger.write_rejected_rows(self.connection, self.load_seq, folder / archive.REJECTED)
            ledger.write_load(self.connection, row)
            passing("quarantine.uncommitted")
            self.connection.execute("commit")
        except BaseException:
            self.connection.execute("rollback")
            raise
        passing("quarantine.committed")
        return _result(row, folder)

    def _leave_out_erased(self, parsed: ParsedDelivery) -> bool:
        return erased_intake.leave_out_erased(self.connection, self.delivery, self.contract, parsed)

    def _change(self, parsed: ParsedDelivery) -> Change:
        instance, incoming = self.delivery.instance, self._incoming(parsed)
        later = self._to_replay(parsed)
        if not later:
            return commit_load(self.connection, self.contract, instance, incoming)
        others = [ledger.archived(self.home, row) for row in later]
        return rebuild_history(self.connection, self.contract, instance, incoming, others)

    def _incoming(self, parsed: ParsedDelivery) -> Incoming:
        export, instance = self.delivery.export, self.delivery.instance
        return Incoming(
            load_seq=self.load_seq,
            as_of_date=parsed.as_of_date,
            revision=self.delivery.revision,
            mode=self.contract.mode,
            key=self.contract.key,
            range_column=self.delivery.mapping.range_column,
            parquet=archive.archived_parquet(self.home, export, instance, parsed.as_of_date, self.load_seq),
        )

    def _to_replay(self, parsed: ParsedDelivery) -> list[LoadRow]:
        """The accepted loads that have to be worked in again, with this one among them."""
        export, instance = self.delivery.export, self.delivery.instance
        later = ledger.accepted_since(self.connection, export, instance, parsed.as_of_date)
        others = [ledger.archived(self.home, row) for row in later]
        return [] if needs_no_replay(self._incoming(parsed), others) else later

    def _no_longer_archived(self, parsed: ParsedDelivery) -> RuleOutcome | None:
        later = self._to_replay(parsed)
        gone = [row for row in later if not ledger.archived(self.home, row).parquet.is_file()]
        if not gone:
            return None
        message = (
            f"{self.delivery.path.name} is as of {parsed.as_of_date}, and {len(gone)} later deliveries that would have "
            f"to be worked in after it are no longer archived, the first of them {gone[0].file_name} of "
            f"{gone[0].as_of_date}. Put their files back from a backup, or leave this one out."
        )
        return RuleOutcome(rule_id="history.archive_gone", severity="critical", message=message)

    def _row(
        self,
        verdict: str,
        parsed: ParsedDelivery | None,
        *,
        warnings: tuple[RuleOutcome, ...],
        failed: tuple[RuleOutcome, ...] = (),
        reason: str | None = None,
        change: Change = _NOTHING,
    ) -> LoadRow:
        delivery = self.delivery
        return LoadRow(
            load_seq=self.load_seq,
            run_id=self.run_id,
            export=delivery.export,
            instance=delivery.instance,
            vendor=delivery.vendor,
            file_name=delivery.path.name,
            as_of_date=parsed.as_of_date if parsed else delivery.as_of_date,
            sha256=delivery.sha256,
            bytes=delivery.bytes,
            rows_in=parsed.rows_in if parsed else 0,
            rows_accepted=parsed.rows_accepted - change.known if parsed else 0,
            rows_rejected=parsed.rows_rejected if parsed else 0,
            rows_collapsed=parsed.rows_collapsed + change.known if parsed else 0,
            verdict=verdict,
            failed_rules=failed,
            warnings=warnings,
            mode=self.contract.mode,
            contract_version=self.contract.version,
            mapping_version=delivery.mapping_version,
            suite_version=self.suite_version,
            history_from=delivery.mapping.history_from,
            versions_opened=change.opened,
            versions_closed=change.closed,
            received_at=delivery.received_at,
            committed_at=self.now(),
            reason=reason,
            extra_columns=parsed.extra_columns if parsed else (),
            key_columns=self.contract.key,
            range_column=delivery.mapping.range_column,
            due_days=self.contract.due_days,
            revision=delivery.revision,
        )


def _result(row: LoadRow, quarantine: Path | None) -> LoadResult:
    return LoadResult(
        export=row.export,
        instance=row.instance,
        file_name=row.file_name,
        as_of_date=row.as_of_date,
        verdict="accepted" if quarantine is None else "quarantined",
        load_seq=row.load_seq,
        rows_in=row.rows_in,
        rows_accepted=row.rows_accepted,
        rows_rejected=row.rows_rejected,
        rows_collapsed=row.rows_collapsed,
        versions_opened=row.versions_opened,
        versions_closed=row.versions_closed,
        failed_rules=row.failed_rules,
        warnings=row.warnings,
        extra_columns=row.extra_columns,
        reason=row.reason,
        quarantine=quarantine,
    )
