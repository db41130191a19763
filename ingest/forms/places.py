"""Where a record stands in what was delivered: the number that a rejected row is told by.

Text: the line of the file. JSON Lines: the line. JSON and Parquet: the number of the record. A sheet: its row. In an
export in parts it is the place in the part, and the part is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Places:
    """Place = number + the shift of the last start at or before it.

    The number is the line in the plain text where `by_line`, else the number of the record. `parts` names the part
    that begins at each start; it is empty where there is only one.
    """

    by_line: bool
    starts: tuple[int, ...] = (1,)
    shifts: tuple[int, ...] = (0,)
    parts: tuple[str, ...] = ()

    def shifted(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of these numbers."""
        found: NDArray[np.int64] = numbers + np.asarray(self.shifts, dtype=np.int64)[self._stretches(numbers)]
        return found

    def parts_of(self, numbers: NDArray[np.int64]) -> list[str | None]:
        """The part of each of these numbers; None where there is only one."""
        return [self.parts[at] if self.parts else None for at in self._stretches(numbers)]

    def said(self, number: int) -> str:
        """`line 7`, or `part2.csv, line 7`."""
        numbers = np.asarray([number], dtype=np.int64)
        part = self.parts_of(numbers)[0]
        return f"{part + ', ' if part else ''}line {self.shifted(numbers)[0]}"

    def _stretches(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        at = np.searchsorted(np.asarray(self.starts, dtype=np.int64), numbers, side="right") - 1
        return np.maximum(at, 0)


def records_at(places: Sequence[tuple[int, int]]) -> Places:
    """Records by number, from (first record, shift) wherever the shift changes."""
    starts, shifts = zip(*(places or [(1, 0)]), strict=True)
    return Places(by_line=False, starts=starts, shifts=shifts)


@dataclass(kw_only=True)
class Gaps:
    """Remembers where the difference between place and record number changes."""

    found: list[tuple[int, int]]

    def see(self, record: int, place: int) -> None:
        """The record of this number stands at this place."""
        if not self.found or self.found[-1][1] != place - record:
            self.found.append((record, place - record))
