"""What walks through this room: a delivery, its facts for the gate, what became of it.

Frozen values only; nothing here reads a file or a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from ingest.mapping import ExportMapping, FileMapping

Verdict = Literal["accepted", "quarantined", "duplicate"]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file of the inbox as it feeds one export. `as_of_date` is None where it stands in a column.

    `received_at` is UTC without zone. Where an export came in `parts`, `path` is where the one file made of them would
    lie (`ingest.container`): its name, size and sha256 are the delivery's.
    """

    export: str
    instance: str
    vendor: str
    path: Path
    as_of_date: date | None
    revision: int = 0
    file: FileMapping
    mapping: ExportMapping
    mapping_version: str
    sha256: str
    bytes: int
    received_at: datetime
    parts: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ParsedDelivery:
    """A delivery read and typed: `parquet` holds the candidate rows, `rejected` those that could not be read.

    Always: rows_in = rows_accepted + rows_rejected + rows_collapsed.
    """

    parquet: Path
    rejected: Path
    as_of_date: date
    sha256: str
    key: tuple[str, ...]
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    rows_collapsed: int
    conflicting_keys: int
    extra_columns: tuple[str, ...]
    encoding: str
    delimiter: str
    read_columns: tuple[str, ...] = ()
    """Headers of the file that the mapping reads."""
    absent_columns: tuple[str, ...] = ()
    """Headers that the mapping would read and that the file does not have: optional ones."""
    ignored_columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeliveryFacts:
    """What the gate knows of a candidate beside its rows.

    `keys_before` are the keys of the export and instance that hold at the delivery's as-of date so far,
    `keys_lost` those of them that this delivery would close. `new_columns`, `vanished_columns`, `volume` and
    `usual_volume` compare with the deliveries before: see `ingest.drift`. `usual_volume` is None where nothing
    can be called usual yet.
    """

    export: str
    instance: str
    as_of_date: date
    received_date: date
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    rows_collapsed: int
    conflicting_keys: int
    keys_before: int
    keys_lost: int
    extra_columns: tuple[str, ...]
    new_columns: tuple[str, ...] = ()
    vanished_columns: tuple[str, ...] = ()
    volume: int = 0
    usual_volume: float | None = None


@dataclass(frozen=True, kw_only=True)
class RuleOutcome:
    """A rule that did not hold, as the ledger keeps it."""

    rule_id: str
    severity: str
    message: str
    unexpected_count: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The cell of `failed_rules` and `warnings`."""
        return {
            "rule_id": self.rule_id,
            "severity": self.severity,
            "message": self.message,
            "unexpected_count": self.unexpected_count,
        }


class RuleResultLike(Protocol):
    """What is read of one rule of an audit."""

    @property
    def rule_id(self) -> str:
        """Name of the rule."""
        ...

    @property
    def severity(self) -> str:
        """`critical` or `warning`."""
        ...

    @property
    def message(self) -> str:
        """What is wrong, for people."""
        ...

    @property
    def unexpected_count(self) -> int | None:
        """Rows that break it, where it counts rows."""
        ...


class AuditReportLike(Protocol):
    """What is read of an audit; the gate's own report has more."""

    @property
    def passed(self) -> bool:
        """No critical rule failed."""
        ...

    @property
    def failures(self) -> Sequence[RuleResultLike]:
        """Critical rules that failed."""
        ...

    @property
    def warnings(self) -> Sequence[RuleResultLike]:
        """Warnings."""
        ...

    @property
    def suite_version(self) -> str:
        """Version of the rules that judged."""
        ...


@dataclass(frozen=True, kw_only=True)
class LoadResult:
    """What became of a delivery; `load_seq` is the load that made it known where it is a duplicate."""

    export: str
    instance: str
    file_name: str
    as_of_date: date | None
    verdict: Verdict
    load_seq: int
    rows_in: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_collapsed: int = 0
    versions_opened: int = 0
    versions_closed: int = 0
    failed_rules: tuple[RuleOutcome, ...] = ()
    warnings: tuple[RuleOutcome, ...] = ()
    extra_columns: tuple[str, ...] = ()
    reason: str | None = None
    quarantine: Path | None = None
