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
    """A connection whose process dies before a statement: that of a number (the first is 0), or that begins so."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, before: int | str, home: Path, left: Path) -> None:
        self._connection = connection
        self._before = before
        self._home, self._left = home, left
        self._asked = -1

    def execute(self, sql: str, *bound: Any) -> duckdb.DuckDBPyConnection:
        self._asked += 1
        fatal = sql.startswith(self._before) if isinstance(self._before, str) else self._asked == self._before
        if fatal and not self._left.exists():
            shutil.copytree(self._home, self._left)
            raise Died
        return self._connection.execute(sql, *bound)
