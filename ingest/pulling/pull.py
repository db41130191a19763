"""A whole inbox on a server into the home's folder `pulled`: what is new and complete is fetched, all else told.

What cannot be fetched is a problem and stops nothing else. What is gone on the server stays here (DECISIONS.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.checksums import checksum_files, is_checksum_file
from ingest.errors import PartnerKpiError
from ingest.pulling.access import REST_REMOTE, Access
from ingest.pulling.address import RemoteInbox
from ingest.pulling.completeness import changed_between, is_marker, unmarked
from ingest.pulling.copying import copy_file
from ingest.pulling.errors import PullError, UnreachableError
from ingest.pulling.kept import Copy, Kept
from ingest.pulling.line import Line
from ingest.pulling.store import MOST_ENTRIES, Entry, Store, check_name

Listing = dict[str, dict[str, Entry]]


def open_store(inbox: RemoteInbox, access: Access) -> Store:
    """A connection of the address's kind; its packages are imported only now."""
    if inbox.scheme == "sftp":
        from ingest.pulling.sftp import SftpStore  # noqa: PLC0415

        return SftpStore(inbox, access)
    if inbox.scheme == "s3":
        from ingest.pulling.s3 import S3Store  # noqa: PLC0415

        return S3Store(inbox, access)
    from ingest.pulling.web import WebStore  # noqa: PLC0415

    return WebStore(inbox, access)


def pull_into(kept: Kept, inbox: RemoteInbox, access: Access) -> list[PartnerKpiError]:
    """Fetch what is new and complete; gives what was not fetched and why. The note is written after each instance."""
    line = Line(lambda: open_store(inbox, access), retry_seconds=access.retry_seconds)
    try:
        return _Pulling(kept=kept, line=line, access=access).run()
    finally:
        line.close()


def list_inbox(inbox: RemoteInbox, access: Access) -> list[str]:
    """A line for every file as the server states it now. Raises the problem where nothing can be listed."""
    line = Line(lambda: open_store(inbox, access), tries=1)
    problems: list[PartnerKpiError] = []
    try:
        listing = _list_all(line, str(inbox), problems)
    finally:
        line.close()
    if not listing and problems:
        raise problems[0]
    states = [
        f"{instance}/{name}\0{entry.size}\0{entry.changed}"
        for instance, entries in sorted(listing.items())
        for name, entry in sorted(entries.items())
    ]
    return states + [str(problem) for problem in problems]


@dataclass(kw_only=True)
class _Pulling:
    """One pull."""

    kept: Kept
    line: Line
    access: Access
    problems: list[PartnerKpiError] = field(default_factory=list)

    def run(self) -> list[PartnerKpiError]:
        listing = _list_all(self.line, self.kept.inbox, self.problems)
        for instance, entries in self._complete(listing).items():
            try:
                self._fetch_all(instance, entries)
            except UnreachableError as error:
                self.problems.append(error)
            self.kept.write()
        for instance, entries in listing.items():
            self._drop_stale_checksums(instance, entries)
        return self.problems

    def _new(self, instance: str, entries: dict[str, Entry]) -> dict[str, Entry]:
        marker = self.access.done_marker
        return {
            name: entry
            for name, entry in entries.items()
            if not is_marker(name, marker) and not self.kept.is_known(instance, entry)
        }

    def _complete(self, listing: Listing) -> Listing:
        """What is new and complete: marked so, or the same in two listings some seconds apart."""
        new = {instance: found for instance, entries in listing.items() if (found := self._new(instance, entries))}
        if not new:
            return {}
        if marker := self.access.done_marker:
            waiting = {instance: unmarked(listing[instance], marker) for instance in new}
            why = "has no marker of its own state yet"
        else:
            rest = self.access.rest_seconds
            time.sleep(REST_REMOTE if rest is None else rest)
            again = {instance: _list_one(self.line, instance, self.kept.inbox, []) or {} for instance in new}
            waiting = {instance: changed_between(listing[instance], again[instance]) for instance in new}
            why = "is still being written"
        self.problems += [
            PullError(f"{instance}/{name} {why} on the server; it is left for the next run.")
            for instance, found in new.items()
            for name in sorted(found.keys() & waiting[instance])
        ]
        return {
            instance: {name: entry for name, entry in found.items() if name not in waiting[instance]}
            for instance, found in new.items()
        }

    def _fetch_all(self, instance: str, entries: dict[str, Entry]) -> None:
        """Checksums first, so that no file lies here without the checksum that came with it."""
        missing: set[str] = set()
        for entry in sorted(entries.values(), key=lambda entry: (not is_checksum_file(entry.name), entry.name)):
            if missing & checksum_files(entry.name):
                continue
            try:
                copy = self.line.ask(self._question(instance, entry))
                self.kept.files[f"{instance}/{entry.name}"] = copy
            except UnreachableError:
                raise
            except PullError as error:
                missing.add(entry.name)
                self.problems.append(error)

    def _question(self, instance: str, entry: Entry) -> Callable[[Store], Copy]:
        return lambda store: copy_file(store, instance, entry, self.kept.folder, self.access)

    def _drop_stale_checksums(self, instance: str, entries: dict[str, Entry]) -> None:
        """A checksum that the server has no more would speak of another file than the next one of that name."""
        folder = self.kept.folder / instance
        for path in folder.iterdir() if folder.is_dir() else ():
            if is_checksum_file(path.name) and path.name not in entries:
                path.unlink()
                self.kept.files.pop(f"{instance}/{path.name}", None)


def _list_all(line: Line, place: str, problems: list[PartnerKpiError]) -> Listing:
    """What lies in the instances that can be listed; of the others, why not."""
    try:
        found = line.ask(lambda store: store.entries(None))
    except PullError as error:
        problems.append(error)
        return {}
    listing: Listing = {}
    for entry in _plain(found, place, problems):
        if entry.kind == "folder":
            entries = _list_one(line, entry.name, place, problems)
            if entries is not None:
                listing[entry.name] = entries
        else:
            problems.append(
                PullError(f"{entry.name} lies beside the instances of {place}; have it delivered into one.")
            )
    return listing


def _list_one(line: Line, instance: str, place: str, problems: list[PartnerKpiError]) -> dict[str, Entry] | None:
    """The files of an instance by name; None where its folder cannot be listed."""
    try:
        found = line.ask(lambda store: store.entries(instance))
    except PullError as error:
        problems.append(error)
        return None
    files: dict[str, Entry] = {}
    for entry in _plain(found, f"{instance} of {place}", problems):
        if entry.kind == "file":
            files[entry.name] = entry
        elif entry.fault:
            problems.append(PullError(entry.fault))
        else:
            what = "a folder" if entry.kind == "folder" else "a link or no plain file"
            problems.append(PullError(f"{instance}/{entry.name} of {place} is {what}; only files are fetched."))
    return files


def _plain(entries: list[Entry], place: str, problems: list[PartnerKpiError]) -> list[Entry]:
    """Entries whose names may stand here, in order; hidden ones are passed over, as in a folder."""
    if len(entries) > MOST_ENTRIES:
        problems.append(PullError(f"{place} holds more than {MOST_ENTRIES} names; nothing is fetched. Have it tidied."))
        return []
    plain = []
    for entry in sorted(entries, key=lambda entry: entry.name):
        try:
            check_name(entry.name, place)
        except PullError as error:
            problems.append(error)
            continue
        if not entry.name.startswith("."):
            plain.append(entry)
    return plain
