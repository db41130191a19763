"""The one question of the road: which folder is to be read, and what in it is not to be read yet.

A local inbox is read where it lies. One on a server is fetched into `<home>/pulled` first, once in a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InboxError, PartnerKpiError
from ingest.pulling.access import REST_LOCAL, Access
from ingest.pulling.address import RemoteInbox
from ingest.pulling.errors import PullError
from ingest.pulling.kept import read_kept
from ingest.pulling.pull import list_inbox, pull_into
from ingest.pulling.resting import look_into

PULLED = "pulled"


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A folder of instances, paths in it that are no complete deliveries, and what is to be told."""

    folder: Path
    leave_out: frozenset[Path] = frozenset()
    problems: tuple[PartnerKpiError, ...] = ()


def arrive(inbox: Path | RemoteInbox, *, home: Path, access: Access, run_id: str | None = None) -> Arrived:
    """What has arrived. A run asks the server once, however often it comes back here with its id.

    The caller holds the home's lock. Raises InboxError where there is no inbox.
    """
    if isinstance(inbox, RemoteInbox):
        return _fetched(inbox, home / PULLED, access, run_id)
    if not inbox.is_dir():
        raise InboxError(f"There is no inbox at {inbox}. Make it, with one folder per instance in it.")
    rest = REST_LOCAL if access.rest_seconds is None else access.rest_seconds
    waiting, markers = look_into(inbox, rest_seconds=rest, done_marker=access.done_marker)
    why = f"has no marker {access.done_marker} of its own state yet" if access.done_marker else "is still being written"
    problems = tuple(InboxError(f"{path} {why}; it is left for the next run.") for path in sorted(waiting))
    return Arrived(folder=inbox, leave_out=frozenset(waiting | markers), problems=problems)


def list_states(inbox: Path | RemoteInbox, access: Access) -> list[str]:
    """A line for the state of every file of the inbox; nothing is read, fetched or waited for.

    Raises InboxError where there is no inbox, or the server cannot be reached at the first try.
    """
    if isinstance(inbox, RemoteInbox):
        return list_inbox(inbox, access)
    if not inbox.is_dir():
        raise InboxError(f"There is no inbox at {inbox}. Make it, with one folder per instance in it.")
    stated = []
    for path in sorted(inbox.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            stat = path.stat()
            stated.append(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}")
    return stated


def _fetched(inbox: RemoteInbox, folder: Path, access: Access, run_id: str | None) -> Arrived:
    kept = read_kept(folder, str(inbox))
    if run_id is None or kept.run_id != run_id:
        problems = pull_into(kept, inbox, access)
        kept.run_id, kept.problems = run_id, [str(problem) for problem in problems]
        kept.write()
    return Arrived(folder=folder, problems=tuple(PullError(text) for text in kept.problems))
