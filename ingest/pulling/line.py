"""The line to a server: opened when first asked, opened anew after a fault, given up after a few tries."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ingest.pulling.errors import LineError, UnreachableError
from ingest.pulling.store import Store

Answer = TypeVar("Answer")
TRIES = 5
_PARTS = 2 ** (TRIES - 1) - 1


class Line:
    """Asks a store. Pauses double from try to try; all pauses of a line together last at most `retry_seconds`.

    Once they are spent, every further question is asked once.
    """

    def __init__(self, open_store: Callable[[], Store], *, retry_seconds: float = 0, tries: int = TRIES) -> None:
        self._open_store = open_store
        self._tries = tries
        self._first_pause = retry_seconds / _PARTS
        self._left = retry_seconds
        self._store: Store | None = None

    def ask(self, question: Callable[[Store], Answer]) -> Answer:
        """The answer. Raises UnreachableError after the last try, PullError at once where no other try would help."""
        pause = self._first_pause
        for attempt in range(1, self._tries + 1):
            try:
                if self._store is None:
                    self._store = self._open_store()
                return question(self._store)
            except LineError as fault:
                self.close()
                if attempt == self._tries or pause > self._left + 1e-9:
                    raise UnreachableError(
                        f"{fault} {_times(attempt)} What was fetched before is there; the next run tries again: see "
                        "that the server is up and can be reached from here."
                    ) from fault
                time.sleep(pause)
                self._left -= pause
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._store is not None:
            self._store.close()
            self._store = None


def _times(tries: int) -> str:
    return "It was tried once." if tries == 1 else f"{tries} tries were made."
