"""One file from a server into the home: beside, fingerprinted, checked, and only then under its name.

What is cut off is begun anew; a size that was not announced, a crawling server and a file that changes meanwhile end
it.
"""

from __future__ import annotations

import hashlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from ingest.archive import make_folder, place
from ingest.pulling.access import Access
from ingest.pulling.completeness import is_same
from ingest.pulling.errors import LineError, PullError
from ingest.pulling.kept import PART, Copy
from ingest.pulling.store import Entry, Store

SLOWEST = 16 * 1024
MEGABYTE = 1024 * 1024


def copy_file(store: Store, instance: str, entry: Entry, folder: Path, access: Access) -> Copy:
    """Fetch the file into `folder`/<instance>/. Raises PullError or LineError; then nothing stands under its name."""
    size, label = entry.size or 0, f"{instance}/{entry.name}"
    if size > access.max_file_bytes:
        raise PullError(
            f"{label} has {size / MEGABYTE:.0f} MB, inbox_max_file_mb allows {access.max_file_bytes / MEGABYTE:.0f}. "
            "It is not fetched. Raise the setting if that is meant."
        )
    make_folder(folder / instance)
    part = folder / PART
    latest = time.monotonic() + access.timeout_seconds + size / SLOWEST
    digest, got = hashlib.sha256(), 0
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as out:
        for chunk in store.chunks(instance, entry):
            got += len(chunk)
            if got > size:
                break
            if time.monotonic() > latest:
                raise LineError(
                    f"{label} comes at less than {SLOWEST // 1024} KB a second; {got} of {size} bytes came."
                )
            digest.update(chunk)
            out.write(chunk)
    if not is_same(entry, store.look(instance, entry.name)):
        raise PullError(f"{label} changed while it was fetched; it is left for the next run.")
    if got != size:
        raise LineError(f"{label} was cut off or is not what was announced: {got} of {size} bytes came.")
    place(part, folder / instance / entry.name)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Copy(size=size, changed=entry.changed, sha256=digest.hexdigest(), fetched_at=now)
