"""What `partner-kpi check` answers: per file and export what a run would make of it. Values only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ingest.delivery import RuleOutcome


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    """A row that cannot be read, and why; `place` is its line, behind the name of its part where there are several."""

    place: str
    column: str
    value: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExportCheck:
    """What would become of a file as one export. Counts are None where the file cannot be read at all."""

    export: str
    vendor: str
    pattern: str
    as_of_date: date | None
    rows_in: int | None
    rows_accepted: int | None
    rows_rejected: int | None
    rows_collapsed: int | None
    rejected: tuple[RejectedRow, ...]
    failed: tuple[RuleOutcome, ...]
    warnings: tuple[RuleOutcome, ...]
    kept_columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    known_load: int | None
    reason: str | None

    @property
    def would_load(self) -> bool:
        """A run would take it in."""
        return self.reason is None


@dataclass(frozen=True, kw_only=True)
class FileCheck:
    """What would become of a file. `problem` where no mapping claims it; `is_ignored` where the mapping says so."""

    path: Path
    instance: str
    problem: str | None
    exports: tuple[ExportCheck, ...]

    @property
    def is_ignored(self) -> bool:
        """The mapping names it among `ignore_files`."""
        return self.problem is None and not self.exports

    @property
    def would_load(self) -> bool:
        """Every export of it would be accepted; of an ignored file nothing would."""
        return bool(self.exports) and all(export.would_load for export in self.exports)


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """The answer. `compared_with` says what stood in for the last good delivery."""

    files: tuple[FileCheck, ...]
    compared_with: str

    @property
    def exit_code(self) -> int:
        """0 all would be accepted, 1 something would be refused."""
        return 0 if all(file.would_load or file.is_ignored for file in self.files) else 1

    def as_json(self) -> str:
        """The answer for machines."""
        return json.dumps({"exit_code": self.exit_code, **asdict(self)}, default=str, indent=2)
