"""A delivered file unpacked: `.gz` and `.zip`, by name and by content, one layer deep.

Entries get names of our own on disk. What the unpacked files hold is the business of the form's reader.
"""

from __future__ import annotations

import fnmatch
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import ArchiveError
from ingest.forms.kinds import packing, unpacked_name
from ingest.forms.limits import Budget, FormLimits
from ingest.forms.zip_directory import CHUNK, chunks, open_zip

_GZIP, _ZIP = b"\x1f\x8b", b"PK"
_ARCHIVES = (".gz", ".zip", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")


@dataclass(frozen=True, kw_only=True)
class Member:
    """One unpacked file: where it lies, what it was called, and what messages call it."""

    path: Path
    name: str
    shown: str


def unpack(
    source: Path, bench: Path, *, name: str, limits: FormLimits, member: str | None = None, is_container: bool = False
) -> list[Member]:
    """The plain files in `source`, in the natural order of their names; `source` itself where it is not packed.

    `member` picks files of a zip by name. A container is our own zip of delivered parts, which may be packed
    themselves. Raises ArchiveError, TooLargeError.
    """
    budget = Budget(name=name, packed=source.stat().st_size, limits=limits)
    if is_container:
        parts = _unzip(source, bench, name, budget, member=None, nested=True)
        return [one for part in parts for one in _layer(part, bench, budget, member)]
    return _layer(Member(path=source, name=name, shown=name), bench, budget, member)


def _layer(packed: Member, bench: Path, budget: Budget, member: str | None) -> list[Member]:
    kind = packing(packed.name)
    if kind == ".gz":
        return [_gunzip(packed, bench, budget)]
    if kind == ".zip":
        return _unzip(packed.path, bench, packed.shown, budget, member=member, nested=False)
    return [packed]


def _gunzip(packed: Member, bench: Path, budget: Budget) -> Member:
    name = unpacked_name(packed.name)
    _refuse_nested(packed.shown, name)
    with packed.path.open("rb") as file:
        if file.read(2) != _GZIP:
            raise ArchiveError(
                f"{packed.shown} ends in .gz and is not packed with gzip. Rename it, or deliver it again."
            )
    target = bench / f"{packed.path.name}.unpacked"
    try:
        with gzip.open(packed.path) as file, target.open("wb") as out:
            while chunk := file.read(CHUNK):
                budget.spend(len(chunk))
                out.write(chunk)
    except EOFError:
        raise ArchiveError(
            f"{packed.shown} is cut off: the packed data does not end. Deliver it again whole."
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ArchiveError(
            f"{packed.shown} cannot be unpacked ({error}): it is damaged, or something follows the packed data. "
            "Deliver it again."
        ) from None
    return Member(path=target, name=name, shown=packed.shown)


def _unzip(source: Path, bench: Path, shown: str, budget: Budget, *, member: str | None, nested: bool) -> list[Member]:
    with source.open("rb") as file:
        if file.read(2) != _ZIP:
            raise ArchiveError(f"{shown} is no zip archive, whatever its name says. Rename it, or deliver it again.")
    members = []
    with open_zip(source, shown, budget.limits) as archive:
        found = {e.filename: e for e in archive.infolist() if not e.is_dir() and not _is_hidden(e.filename)}
        chosen = [name for name in found if member is None or fnmatch.fnmatchcase(PurePosixPath(name).name, member)]
        if not chosen:
            raise ArchiveError(_nothing_chosen(shown, list(found), member))
        for number, name in enumerate(sorted(chosen, key=natural)):
            if not nested:
                _refuse_nested(shown, name)
            target = bench / f"{source.name}.{number:04d}"
            with target.open("wb") as out:
                for chunk in chunks(archive, found[name], shown, budget):
                    out.write(chunk)
            base = PurePosixPath(name).name
            members.append(Member(path=target, name=base, shown=f"{base} in {shown}"))
    return members


def natural(name: str) -> tuple[object, ...]:
    """A key by which part2 comes before part10."""
    pieces = re.split(r"(\d+)", name)
    return (*((int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces), (-2, name))


def _is_hidden(name: str) -> bool:
    """What macOS adds to every zip, and hidden files, which the inbox does not look at either."""
    return any(part == "__MACOSX" or part.startswith(".") for part in PurePosixPath(name).parts)


def _refuse_nested(shown: str, name: str) -> None:
    if PurePosixPath(name).suffix.lower() in _ARCHIVES:
        raise ArchiveError(f"{shown} holds {name}, an archive in an archive. Deliver it packed once.")


def _nothing_chosen(shown: str, found: Sequence[str], member: str | None) -> str:
    if not found:
        return f"{shown} is an archive without a file in it. Deliver it again."
    listed = ", ".join(sorted(found, key=natural)[:10])
    return (
        f'{shown} has no file like "{member}"; it holds {listed}. Correct `member` in the mapping, or ask the sender.'
    )
