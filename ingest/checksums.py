"""Checksums that a sender delivers beside a file: `<name>.sha256`, `<name>.md5`, SHA256SUMS, MD5SUMS.

Forms of sha256sum, md5sum and BSD. MD5 guards against accidents only; it is compared because it is what is sent.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

from ingest.errors import InboxError

LARGEST = 1024 * 1024
LISTS = {"SHA256SUMS": "sha256", "MD5SUMS": "md5"}
SUFFIXES = {".sha256": "sha256", ".md5": "md5"}
DIGITS = {"sha256": 64, "md5": 32}
_GNU = re.compile(r"\\?([0-9A-Fa-f]{32,64})(?:[ \t]+\*?(\S.*))?")
_BSD = re.compile(r"(?:SHA256|MD5) ?\((.+)\) ?= ?([0-9A-Fa-f]{32,64})")


class ChecksumError(InboxError):
    """A file is not the one that its checksum was made of, or the checksum cannot be read."""


def is_checksum_file(name: str) -> bool:
    """Whether a file holds checksums of others and is no delivery itself."""
    return name in LISTS or checked_by(name) is not None


def checksum_files(name: str) -> set[str]:
    """Names under which a checksum of the file may lie beside it; none for a file that holds checksums itself."""
    return set() if is_checksum_file(name) else {*LISTS, *(name + suffix for suffix in SUFFIXES)}


def checked_by(name: str) -> str | None:
    """The one file that `<name>.sha256` or `<name>.md5` speaks of; None for lists and all else."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix) and name != suffix), None)


def check_checksums(path: Path, sha256: str) -> None:
    """Compare a file, whose sha256 is known, with every checksum delivered beside it. Raises ChecksumError."""
    for name in sorted(checksum_files(path.name)):
        beside = path.with_name(name)
        if not beside.is_file():
            continue
        kind = LISTS.get(name) or SUFFIXES[beside.suffix]
        for expected in sorted(_stated(beside, path.name, kind)):
            found = sha256 if kind == "sha256" else _md5(path)
            if found != expected:
                raise ChecksumError(
                    f"{path} is not what its sender sent: {name} says {kind} {expected}, found was {found}. It is not "
                    "taken in; its last good data stays. Have file and checksum delivered again, together."
                )


def _stated(beside: Path, name: str, kind: str) -> set[str]:
    """What a checksum file says of a file, in small letters; a list may be silent of it."""
    wrong = ChecksumError(
        f"{beside} does not read as {kind} checksums ({DIGITS[kind]} hexadecimal digits, then a name), so {name} "
        "cannot be trusted and is not taken in. Have both delivered again."
    )
    if beside.stat().st_size > LARGEST:
        raise wrong
    try:
        lines = [line.strip() for line in beside.read_text("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise wrong from None
    stated = [_line(line, kind) for line in lines if line and not line.startswith("#")]
    if any(each is None for each in stated):
        raise wrong
    pairs = [each for each in stated if each is not None]
    if beside.name in LISTS:
        return {digest for digest, named in pairs if named is not None and PurePosixPath(named).name == name}
    if len(pairs) != 1:
        raise wrong
    return {pairs[0][0]}


def _line(line: str, kind: str) -> tuple[str, str | None] | None:
    """Digest and name of a line; None where it is neither form."""
    if bsd := _BSD.fullmatch(line):
        digest, name = bsd.group(2), bsd.group(1)
    elif gnu := _GNU.fullmatch(line):
        digest, name = gnu.group(1), gnu.group(2)
    else:
        return None
    return (digest.lower(), name) if len(digest) == DIGITS[kind] else None


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
