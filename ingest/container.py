"""The one file that an export in parts is kept as: a zip of the parts as they came, unpacked in it, in their order.

The same parts give the same bytes, wherever and whenever they are put together: no times, no owners, only stored.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

CHUNK = 8 * 1024 * 1024
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def container_fingerprint(parts: Sequence[Path]) -> tuple[str, int]:
    """sha256 and size of the container of these parts, which are given in their order."""
    digest, size = hashlib.sha256(), 0
    for chunk in container_bytes(parts):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def container_bytes(parts: Sequence[Path]) -> Iterator[bytes]:
    """The container, chunk by chunk."""
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            entry = zipfile.ZipInfo(part.name, date_time=_NO_TIME)
            entry.create_system = 3
            entry.external_attr = 0o100600 << 16
            entry.file_size = part.stat().st_size
            with part.open("rb") as file, archive.open(entry, "w") as packed:
                while chunk := file.read(CHUNK):
                    packed.write(chunk)
                    yield out.taken()
    yield out.taken()


class _Stream(io.RawIOBase):
    """Where the archive is written to; it cannot go back, so that its bytes can be taken away as they come."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep the bytes until they are taken."""
        self._held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        held, self._held = b"".join(self._held), []
        return held
