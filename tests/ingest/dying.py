"""A process that dies while it takes a file in: the home as the death would leave it.

SIGKILL takes nothing back that was written, and adds nothing. So the home is copied at the moment of death, and the
copy goes on; what the dying process does afterwards (rolling back, tidying up) happens in a home nobody looks at.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb


class Died(BaseException):
    """The process is no more."""


class Dying:
    """A connection whose process dies before the statement of that number (the first is 0)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, before: int, home: Path, left: Path) -> None:
        self._connection = connection
        self._before = before
        self._home, self._left = home, left

    def execute(self, *arguments: Any) -> duckdb.DuckDBPyConnection:
        if self._before == 0:
            shutil.copytree(self._home, self._left)
            self._before = -1
            raise Died
        self._before -= 1
        return self._connection.execute(*arguments)
