"""Files that the warehouse keeps: what was taken in, and what was refused with its reason.

Every file appears whole under its name or not at all (written aside, fsync, rename), readable by the owner
only. A run that dies leaves files without a ledger row: nothing reads them, and the next load of that number
replaces them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ingest.container import container_bytes
from ingest.crash_points import passing
from ingest.errors import FileChangedError

CHUNK = 8 * 1024 * 1024
ORIGINAL = "original"
REJECTED = "rejected.parquet"
REASON = "reason.json"


def fingerprint(path: Path) -> str:
    """sha256 of the file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def archived_parquet(home: Path, export: str, instance: str, as_of: date, load_seq: int) -> Path:
    """Where the typed rows of an accepted load lie."""
    return home / "deliveries" / export / instance / f"{as_of.isoformat()}_{load_seq:06d}.parquet"


@contextmanager
def workbenches(home: Path) -> Iterator[Path]:
    """A private folder in the home for the benches of loads, a folder each; emptied before and removed after.

    The caller holds the lock.
    """
    folder = home / "deliveries" / ".work"
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_original(source: Path, target: Path, sha256: str, *, parts: Sequence[Path] = ()) -> None:
    """A private copy of the delivered bytes; of `parts` the container (`ingest.container`).

    Raises FileChangedError where they are no longer the fingerprinted ones.
    """
    digest = hashlib.sha256()
    try:
        with _private(target) as out:
            for chunk in container_bytes(parts) if parts else _chunks(source):
                digest.update(chunk)
                write_all(out, chunk)
    except FileNotFoundError:
        raise FileChangedError(f"{source} has gone since it was seen; nothing was taken in.") from None
    if digest.hexdigest() != sha256:
        raise FileChangedError(f"{source} changed while it was read; it will be taken in once it rests. Run again.")


def keep_accepted(parquet: Path, *, typed: Path, original: Path | None, name: str) -> None:
    """Move the typed rows of a load to `parquet`, and the delivered bytes beside them where they may be kept."""
    make_folder(parquet.parent)
    if original is not None:
        place(original, parquet.with_name(f"{parquet.stem}__{name}"))
        passing("load.original_placed")
    place(typed, parquet)


def quarantine_folder(home: Path, export: str, instance: str, as_of: date | None, load_seq: int) -> Path:
    """Where a refused load lies."""
    return home / "quarantine" / export / instance / f"{as_of or 'undated'}_{load_seq:06d}"


def refused_original(folder: Path, name: str) -> Path:
    """Where the bytes of a refused delivery lie: under their own name, apart where our own files have that name."""
    return folder / ORIGINAL / name if name in (REJECTED, REASON, ORIGINAL) else folder / name


def keep_refused(folder: Path, *, bench: Path, name: str, reason: Mapping[str, object]) -> Path:
    """Move a refused delivery to `folder`: original bytes, rejected rows if any, `reason.json`."""
    shutil.rmtree(folder, ignore_errors=True)
    original = refused_original(folder, name)
    make_folder(original.parent)
    place(bench / ORIGINAL, original)
    passing("quarantine.original_placed")
    if (bench / REJECTED).exists():
        place(bench / REJECTED, folder / REJECTED)
    written = bench / REASON
    with _private(written) as out:
        write_all(out, (json.dumps(reason, indent=2, ensure_ascii=False) + "\n").encode())
    place(written, folder / written.name)
    return folder


def place(source: Path, target: Path) -> None:
    """Rename within the home after the bytes are on disk."""
    source.chmod(0o600)
    descriptor = os.open(source, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_all(descriptor: int, data: bytes) -> None:
    """Every byte, or OSError: a disk that fills up takes what fits and says only how much that was."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def make_folder(folder: Path) -> None:
    """The folder and those above it that are missing, for the owner only."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700)


def _chunks(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


@contextmanager
def _private(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
