"""What a home keeps, by count and age, and what goes at the end of a run. Every removal is recorded.

Never removed: what readers see, what somebody went back to, what a replay or a restatement names, and deliveries that
stand refused. A reader that holds a file open keeps reading it: its name goes, its bytes when it closes. An age of 0
keeps for ever. What of a delivery ages is `partner_kpi.retention_deliveries`'.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.crash_points import passing
from ingest.ledger import LoadRow
from ingest.rebuild import remove_beside
from partner_kpi import road
from partner_kpi.operations import record
from partner_kpi.restatement_notes import named_folders
from partner_kpi.retention_deliveries import aged_deliveries
from partner_kpi.settings import Settings
from partner_kpi.standing import standing_refusals
from publish.generation import current_generation, list_generations
from publish.pin import read_pin
from publish.replays import list_replays

_DOOMED = ".doomed"


@dataclass(frozen=True, kw_only=True)
class Removal:
    """A file or folder that goes, and what is lost with it."""

    kind: str
    path: Path
    loses: str = ""


def clean_up(settings: Settings, loads: Sequence[LoadRow], *, now: datetime) -> tuple[Removal, ...]:
    """Remove what is neither young nor needed; `now` is UTC without zone. The caller holds the home's lock.

    What cannot be removed stays for the next run, and is recorded as failed.
    """
    _finish_removals(settings)
    due = [*_generations(settings, now), *_replays(settings, now), *_quarantine(settings, loads, now)]
    due += [*_logs(settings, now)]
    due += [Removal(kind=kind, path=path, loses=loses) for kind, path, loses in aged_deliveries(settings, loads, now)]
    removed = []
    for removal in due:
        ids = {"kind": removal.kind, "path": removal.path.relative_to(settings.home).as_posix()}
        # First the word: what is gone without one would be taken for lost. What died in between is due again.
        record(settings, "remove", result=removal.loses or "ok", ids=ids, why="retention")
        passing("retention.recorded")
        try:
            _remove(removal.path)
        except OSError as error:
            record(settings, "remove", result=f"failed: {error.strerror}", ids=ids, why="retention")
        else:
            removed.append(removal)
    return tuple(removed)


def _generations(settings: Settings, now: datetime) -> Iterator[Removal]:
    there = list_generations(settings.published)
    if not settings.keep_generations:
        return
    current, pin = current_generation(settings.published), read_pin(settings.published)
    needed = {each.number for each in there[-settings.keep_generations :]}
    needed |= {current.number} if current else set()
    needed |= {pin.generation} if pin else set()
    replayed = {_computed_for(replay.manifest.facts) for replay in list_replays(settings.replays)}
    named = named_folders(settings)
    for each in there:
        facts = each.manifest.facts
        is_young = _is_young(facts.created_at, settings.keep_generation_days, now)
        if not (is_young or each.number in needed or each.directory.name in named or _computed_for(facts) in replayed):
            yield Removal(kind="generation", path=each.directory)


def _replays(settings: Settings, now: datetime) -> Iterator[Removal]:
    if not settings.keep_replay_days:
        return
    for note in sorted(settings.restatements.glob("*.json")):
        if not _is_young(_changed(note), settings.keep_replay_days, now):
            yield Removal(kind="restatement", path=note)
    named = named_folders(settings)
    for replay in list_replays(settings.replays):
        is_young = _is_young(replay.manifest.facts.created_at, settings.keep_replay_days, now)
        if not is_young and replay.directory.name not in named:
            yield Removal(kind="replay", path=replay.directory)


def _quarantine(settings: Settings, loads: Sequence[LoadRow], now: datetime) -> Iterator[Removal]:
    """Refused deliveries; their ledger rows stay, and so does what stands refused."""
    if not settings.keep_quarantine_days:
        return
    standing = {refusal.load_seq for refusal in standing_refusals(loads, road.decisions(settings))}
    refused = {row.load_seq: row for row in loads if row.verdict == "quarantined"}
    for folder in sorted((settings.home / "quarantine").glob("*/*/*_[0-9]*")):
        row = refused.get(int(folder.name.rpartition("_")[2]))
        if row is None or row.load_seq in standing:
            continue
        if not _is_young(row.committed_at, settings.keep_quarantine_days, now):
            yield Removal(kind="quarantine", path=folder)


def _logs(settings: Settings, now: datetime) -> Iterator[Removal]:
    """Reports and dbt's output by run; the operations log is not one of them."""
    if settings.keep_log_days:
        for log in sorted([*settings.logs.glob("run-*.json"), *settings.logs.glob("dbt-*.log")]):
            if not _is_young(_changed(log), settings.keep_log_days, now):
                yield Removal(kind="log", path=log)


def _remove(path: Path) -> None:
    """A folder leaves its name first, so that nobody finds half of it."""
    if not path.is_dir():
        path.unlink()
        return
    doomed = path.with_name(f".{path.name}{_DOOMED}")
    path.rename(doomed)
    passing("retention.renamed")
    shutil.rmtree(doomed)


def _finish_removals(settings: Settings) -> None:
    for place in (settings.published, settings.replays, settings.home / "quarantine"):
        for doomed in place.rglob(f".*{_DOOMED}"):
            shutil.rmtree(doomed, ignore_errors=True)
    remove_beside(settings.warehouse)


def _computed_for(facts: object) -> tuple[object, ...]:
    return (getattr(facts, "as_of_date", None), getattr(facts, "known_sequence", None))


def _changed(path: Path) -> datetime:
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    return datetime.min


def _is_young(moment: datetime, days: int, now: datetime) -> bool:
    return now - moment <= timedelta(days=days)
