"""Keys of records; Salesforce's: fifteen case-sensitive characters, and three that make them safe to fold.

The suffix encodes which of each five characters are upper case (Salesforce: "Convert 15 character ids").
Vectorised over serial numbers; nothing here knows what the records are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ALPHABET = np.array(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
SUFFIX = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"))
STRIDE = 7_919
FIRST_SERIAL = 61 * 62**4 + 1_234_567


def make_ids(prefix: str, count: int, first: int = 0) -> NDArray[np.str_]:
    """Eighteen-character ids of `count` records whose object has the three-character `prefix`."""
    return make_ids_of(prefix, np.arange(first, first + count, dtype=np.int64))


def make_ids_of(prefix: str, records: NDArray[np.int64]) -> NDArray[np.str_]:
    """The ids of the records with these numbers, counted from 0."""
    serials = FIRST_SERIAL + records * STRIDE
    digits = np.empty((len(records), 9), dtype=np.int64)
    for place in range(8, -1, -1):
        serials, digits[:, place] = np.divmod(serials, 62)
    tails = ALPHABET[digits].view("<U9").ravel() if len(records) else np.empty(0, dtype="<U9")
    return extend_ids(np.char.add(prefix + "5g0", tails))


def number_keys(prefix: str, count: int, digits: int) -> NDArray[np.str_]:
    """Keys such as P-0001, with more digits where the count needs them."""
    numbers = np.arange(1, count + 1).astype(str)
    return np.char.add(prefix, np.char.zfill(numbers, max(digits, len(str(count)))))


def extend_ids(short_ids: NDArray[np.str_]) -> NDArray[np.str_]:
    """Adds the case checksum to fifteen-character ids."""
    if not len(short_ids):
        return np.empty(0, dtype="<U18")
    letters = np.ascontiguousarray(short_ids.astype("<U15")).view("<U1").reshape(-1, 3, 5)
    upper = (letters >= "A") & (letters <= "Z")
    places = (upper * (1 << np.arange(5))).sum(axis=2)
    suffix = np.ascontiguousarray(SUFFIX[places]).view("<U3").ravel()
    return np.char.add(short_ids.astype("<U15"), suffix)


def shorten_ids(long_ids: NDArray[np.str_]) -> NDArray[np.str_]:
    """The fifteen-character form, as old reports and partner roles carry it."""
    return long_ids.astype("<U15")
