"""How long the steps of a run take: seconds by phase, heard by whoever runs it; nobody listening, nothing kept.

A phase is a decorator or a `with`; phases of one name add up. What runs in another process is that process' own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seconds: ContextVar[dict[str, float] | None] = ContextVar("seconds", default=None)


@contextmanager
def timed_phases() -> Iterator[dict[str, float]]:
    """Wall seconds by phase, filled as the phases end."""
    heard: dict[str, float] = {}
    token = _seconds.set(heard)
    try:
        yield heard
    finally:
        _seconds.reset(token)


@contextmanager
def phase(name: str) -> Iterator[None]:
    """One step; also as a decorator, for each call of a function."""
    begun = time.monotonic()
    try:
        yield
    finally:
        heard = _seconds.get()
        if heard is not None:
            heard[name] = heard.get(name, 0.0) + time.monotonic() - begun
