"""Invented people: names and mail addresses made of syllables.

None is meant to be anybody. Companies are `workload_names`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench import workload_names as names

FIRST_NAMES = np.array(
    [
        *("Alba", "Bela", "Cora", "Dario", "Edda", "Falk", "Gwen", "Hiro", "Ilse", "Jonas", "Kaya", "Lena", "Milo"),
        *("Nadia", "Otis", "Pia", "Quinn", "Rhea", "Sami", "Tove", "Uma", "Viggo", "Wanda", "Xenia", "Yuna", "Zeno"),
    ]
)
LAST_NAMES = np.array([head + tail for head in names.HEADS for tail in ("er", "mann", "son", "ski", "ez", "ley")])
FREE_MAIL = np.array(["gmail.com", "outlook.com", "yahoo.com", "gmx.de"])


def draw_names(rng: np.random.Generator, count: int) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """First and last names of so many people."""
    return FIRST_NAMES[rng.integers(0, len(FIRST_NAMES), count)], LAST_NAMES[rng.integers(0, len(LAST_NAMES), count)]


def make_mails(first: NDArray[np.str_], last: NDArray[np.str_], domains: NDArray[np.str_]) -> NDArray[np.str_]:
    """`first.last@domain`, in lower case."""
    locals_ = np.char.lower(np.char.add(np.char.add(first, "."), last))
    return np.char.add(np.char.add(locals_, "@"), domains)
