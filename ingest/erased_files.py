"""Whether a file as it was delivered holds a person: a search through its bytes, in and out of compression.

For an archived delivery the typed rows say it better; this is for what no mapping reads: columns that nobody knows,
and files that were refused. What cannot be searched is taken to hold everybody.
"""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.erased_person import Person
from ingest.forms.zip_directory import BROKEN

_CHUNK = 8 * 1024 * 1024
_MOST = 4 * 1024 * 1024 * 1024
_ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")
_OPAQUE = (b"PAR1", b"\xd0\xcf\x11\xe0")


class _Unsearchable(Exception):  # noqa: N818 - a way out, not an error that anybody sees
    pass


def holds_person(path: Path, person: Person, *, also_ids: bool) -> bool:
    """Whether an address or name of the person stands anywhere in the file, `also_ids` whether an id does as a word."""
    words = person.names | {each for each in person.ids if "@" in each}
    whole = person.ids - words if also_ids else frozenset()
    pattern = re.compile(b"|".join([*_written(words), *_written(whole, alone=True)]) or b"(?!)", re.IGNORECASE)
    longest = max((len(word) for word in (*words, *whole)), default=0) * 4 + 2
    try:
        with path.open("rb") as file:
            if file.read(4) in _OPAQUE:
                return also_ids
        tail, read = b"", 0
        for chunk in _chunks(path):
            if pattern.search(tail + chunk):
                return True
            tail, read = (tail + chunk)[-longest:], read + len(chunk)
            if read > _MOST:
                return also_ids
    except FileNotFoundError:
        return False
    except _Unsearchable:
        return also_ids
    return False


def _written(words: Iterable[str], *, alone: bool = False) -> Iterator[bytes]:
    for word in sorted(words):
        for encoding in _ENCODINGS:
            try:
                found = re.escape(word.encode(encoding))
            except UnicodeEncodeError:
                continue
            yield rb"(?<![\w@.-])" + found + rb"(?![\w@.-])" if alone else found


def _chunks(path: Path) -> Iterator[bytes]:
    """The file's content, unpacked once."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        while chunk := member.read(_CHUNK):
                            yield chunk
            return
        with path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if is_gzip else path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                yield chunk
    except BROKEN as error:
        raise _Unsearchable from error
