"""What a case of the corpus is: the bytes of one bad or odd delivery, and what must become of it.

The cases stand in the other modules of this folder, by what is odd about them; larger texts lie in `files/`. How they
are delivered and judged is `corpus_run`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

FILES = Path(__file__).parent / "files"
Outcome = Literal["accepted", "quarantined", "not taken in"]

HEAD = b"history_id,opportunity_id,changed_date,stage,amount,currency,close_date\n"
FIRST = b"H1,D1,2026-01-05,Alpha,100.00,EUR,2026-03-01\n"
SECOND = b"H2,D2,2026-01-06,Beta,250.50,EUR,2026-04-01\n"
GOOD = HEAD + FIRST + SECOND
BEFORE = HEAD + b"B1,D1,2025-12-01,Open,10.00,EUR,2026-06-01\nB2,D2,2025-12-02,Open,20.00,EUR,2026-06-01\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One delivery. It comes to an instance of its own, named like the case, that has taken `before` in."""

    name: str
    odd: str
    """What is odd about it, in one sentence."""
    data: bytes | Callable[[Path], object]
    """The bytes, or what makes something else than a plain file at a path."""
    outcome: Outcome
    rows: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Rows in, accepted, rejected, collapsed, as the ledger has them."""
    rule: str = ""
    """The rule that refuses or warns."""
    says: tuple[str, ...] = ()
    """What a person reads: pieces of the reason, of the warnings, or of the problem of the inbox."""
    rejected: tuple[tuple[int, str, str | None], ...] = ()
    """Line, column and value of every rejected row."""
    holds: Mapping[str, list[Any]] = field(default_factory=dict)
    """Column to its values of the accepted rows, in the order of the keys."""
    file: str = "saves_2026-02-28.csv"
    pattern: str = "saves_{as_of}.csv"
    reads: Mapping[str, Any] = field(default_factory=dict)
    """What the mapping says of the file (encoding, delimiter, ...)."""
    maps: Mapping[str, Any] = field(default_factory=dict)
    """What the mapping says of the export (columns, key, mode, ...)."""
    vendor: str | None = None
    """The whole vendor file, where it is what is odd."""
    export: str = "crm.opportunity_history"
    before: bytes = BEFORE
    gated: bool = False
    """Whether it goes through the gate although no rule of the gate is expected to say something."""
    count: Callable[[Path, Mapping[str, Any]], int] | None = None
    """Counts the records of the file in another way than the program does; None: Python's csv module."""


def stored(name: str) -> bytes:
    """The bytes of a file in `files/`."""
    return (FILES / name).read_bytes()


def good_rows(number: int) -> bytes:
    """Rows that nothing is wrong with, so that one bad one among them stays below the tolerance."""
    row = "G{0:02},D1,2026-01-05,Good {0},{0}.00,EUR,2026-03-01\n"
    return "".join(row.format(at) for at in range(1, number + 1)).encode()
