"""A zip's list of entries, checked before anything of it is unpacked: names, links, sizes, encryption.

For delivered archives and for spreadsheets, which are zips too. Nothing is ever written under a name that stands in it.
"""

from __future__ import annotations

import gzip
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingest.errors import ArchiveError, TooLargeError
from ingest.forms.limits import Budget, FormLimits

CHUNK = 1024 * 1024
_END = b"PK\x05\x06"
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What unpacking raises where the bytes are to blame, beside OSError: that may be the disk, or a seek to nowhere.
BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@contextmanager
def open_zip(path: Path, name: str, limits: FormLimits) -> Iterator[zipfile.ZipFile]:
    """The archive, once its directory can be trusted. Raises ArchiveError, TooLargeError."""
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except (*BROKEN, OSError) as error:
            raise ArchiveError(
                f"{name} is no whole zip archive ({error}): it is cut off or something else. Deliver it again."
            ) from None
        with archive:
            _check_ends(file, archive, name)
            _check_entries(archive.infolist(), name, limits, path.stat().st_size)
            yield archive


def chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget) -> Iterator[bytes]:
    """The content of an entry, its checksum verified, each chunk accounted for. Raises ArchiveError, TooLargeError."""
    try:
        with archive.open(entry) as packed:
            while chunk := packed.read(CHUNK):
                budget.spend(len(chunk))
                yield chunk
    except (*BROKEN, OSError) as error:
        raise ArchiveError(f"{name}: {entry.filename} cannot be unpacked ({error}). Deliver it again whole.") from None


def _check_ends(file: BinaryIO, archive: zipfile.ZipFile, name: str) -> None:
    """An archive begins with its first entry and ends with its directory; what hides before or behind is refused."""
    file.seek(-22 - len(archive.comment), 2)
    at_end = file.read(4)
    file.seek(0)
    if at_end != _END or file.read(2) != b"PK" or min((e.header_offset for e in archive.infolist()), default=0):
        raise ArchiveError(f"{name} has bytes before or behind its zip archive. Deliver the archive alone.")


def _check_entries(entries: Sequence[zipfile.ZipInfo], name: str, limits: FormLimits, packed: int) -> None:
    if len(entries) > limits.entries:
        raise TooLargeError(
            f"{name} has {len(entries):,} entries; at most {limits.entries:,} are unpacked. Deliver fewer."
        )
    for entry in entries:
        _check_entry(entry, name)
    repeated = [path for path, count in Counter(entry.filename for entry in entries).items() if count > 1]
    if repeated:
        raise ArchiveError(
            f"{name} holds {repeated[0]} more than once; which one counts cannot be told. Deliver each file once."
        )
    declared = Budget(name=name, packed=packed, limits=limits)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        declared.spend(entry.file_size)
        if entry.header_offset < end:
            raise ArchiveError(f"{name}: its entries overlap, as only a bomb's do. Do not open it; ask the sender.")
        end = entry.header_offset + 30 + entry.compress_size


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    path = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    said = None
    if "\\" in path or "\0" in path or path.startswith("/") or re.match("[A-Za-z]:", path):
        said = "has an absolute name, or one with a backslash"
    elif ".." in PurePosixPath(path).parts:
        said = 'points out of the archive with ".."'
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        said = "is a link" if kind == stat.S_IFLNK else "is no plain file"
    elif entry.flag_bits & _ENCRYPTED:
        said = "is encrypted"
    elif entry.compress_type not in _METHODS:
        said = f"is packed by method {entry.compress_type}, not by deflate"
    if said is not None:
        raise ArchiveError(f"{name}: the entry {path!r} {said}. Deliver a plain zip of plain files.")
