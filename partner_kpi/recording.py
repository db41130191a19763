"""The seam to the operations log: what acts on a home is handed something that notes what it did, why, how it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from partner_kpi.settings import Settings


class Record(Protocol):
    """Append one act to the log."""

    def __call__(self, settings: Settings, what: str, *, result: str, ids: Mapping[str, object], why: str = "") -> None:
        """`ids` name what it was done to (generation, load, file, ...)."""
        ...


def unrecorded(settings: Settings, what: str, *, result: str, ids: Mapping[str, object], why: str = "") -> None:
    """Note nothing: where nobody keeps a log."""
