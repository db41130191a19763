"""What a server is asked: what lies in a folder, and a file's bytes. One small class per protocol answers.

Names come from somebody else: `check_name` says which of them may become a name here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ingest.pulling.errors import PullError

CHUNK = 1024 * 1024
LONGEST_NAME = 240
MOST_ENTRIES = 50_000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A name in a folder. `changed` (entity tag or time of change) and `size` tell two states of a file apart.

    `modified` is UTC with zone; None where the server does not say. `fault` is why nothing more is known of the file.
    """

    name: str
    kind: Literal["folder", "file", "other"]
    size: int | None = None
    changed: str | None = None
    modified: datetime | None = None
    fault: str | None = None


class Store(Protocol):
    """An open connection. All methods raise PullError, or LineError where trying again may help."""

    def entries(self, instance: str | None) -> list[Entry]:
        """What lies in the instance's folder; None: in the inbox itself."""
        ...

    def look(self, instance: str, name: str) -> Entry:
        """One file as it is now."""
        ...

    def chunks(self, instance: str, entry: Entry) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        ...

    def close(self) -> None:
        """End the connection; raises nothing."""
        ...


def check_name(name: str, place: str) -> None:
    """Raises PullError for a name that would leave its folder here, or that no terminal should show."""
    harmless = re.fullmatch(r"[^/\\\x00-\x1f\x7f-\x9f]+", name) and name not in (".", "..")
    if not harmless or not name.isprintable() or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        raise PullError(
            f"{place} holds a file named {name[:80]!a}, which is no plain name; it is not fetched. Let the sender "
            f"name it without slashes and control characters, in at most {LONGEST_NAME} bytes."
        )
