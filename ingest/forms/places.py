"""Where a record stands in what was delivered: the number that a rejected row is told by.

Text: the line of the file. JSON Lines: the line. JSON and Parquet: the number of the record. A sheet: its row. In an
export in parts the count runs on through the parts in their order, as if they were laid end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Places:
    """Place = number + the shift of the last start at or before it.

    The number is the line in the plain text where `by_line`, else the number of the record.
    """

    by_line: bool
    starts: tuple[int, ...] = (1,)
    shifts: tuple[int, ...] = (0,)

    def shifted(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of these numbers."""
        at = np.searchsorted(np.asarray(self.starts, dtype=np.int64), numbers, side="right") - 1
        found: NDArray[np.int64] = numbers + np.asarray(self.shifts, dtype=np.int64)[np.maximum(at, 0)]
        return found


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
