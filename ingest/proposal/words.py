"""What headers mean: their words, brought to one vocabulary, so that `Deal Stage`, `dealstage` and `stage` can meet.

The words themselves are data (`words.yaml`). How near a header is to a column is `ingest.proposal.names`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ingest.mapping_file import read_document

_FILE = Path(__file__).with_name("words.yaml")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_LEAST_PART = 3


@dataclass(frozen=True, kw_only=True)
class Words:
    """The vocabulary; `meanings` leads every known word to the one that stands for its meaning."""

    meanings: Mapping[str, str]
    noise: frozenset[str]
    known: frozenset[str]
    columns: Mapping[str, frozenset[frozenset[str]]]
    exports: Mapping[str, frozenset[frozenset[str]]]
    shapes: Mapping[str, str]
    derived: Mapping[str, Mapping[str, Any]]
    companions: Mapping[str, Mapping[str, str]]
    generic: frozenset[str]
    plumbing: tuple[str, ...]
    personal: frozenset[str]
    nothing: tuple[str, ...]
    no_date: tuple[str, ...]
    no_epoch: tuple[str, ...]
    heard: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, text: str) -> tuple[str, ...]:
        """The meanings of the words in a header or name, in order, without noise."""
        if text in self.heard:
            return self.heard[text]
        meant = [self.meanings.get(part, part) for word in split(text) for part in self._parts(word)]
        return self.heard.setdefault(text, tuple(word for word in meant if word not in self.noise))

    def is_plumbing(self, header: str) -> bool:
        """A column that a loader added."""
        return any(re.fullmatch(pattern, header) for pattern in self.plumbing)

    def is_telling(self, header: str) -> bool:
        """A header that not every kind of file has."""
        return not self.is_plumbing(header) and not self.generic.issuperset(self.of(header))

    def is_personal(self, header: str) -> bool:
        """A column that holds data of a person, by its name."""
        return not self.personal.isdisjoint(self.of(header))

    def _parts(self, word: str) -> list[str]:
        """A word that nobody knows, as the words it is glued together from (`closedate`), where that is possible."""
        if word in self.known:
            return [word]
        for end in range(len(word) - 2, _LEAST_PART - 1, -1):
            rest = self._parts(word[end:])
            if word[:end] in self.known and self.known.issuperset(rest):
                return [word[:end], *rest]
        return [word]


def split(text: str) -> list[str]:
    """Lower-case singular words of a name in any style: camelCase, snake_case, with spaces."""
    return [_singular(part.lower()) for part in _PARTS.findall(text)]


@cache
def load_words(names: tuple[str, ...] = ()) -> Words:
    """The vocabulary of the data file; `names` (columns and exports of the contracts) are known words too."""
    said = read_document(_FILE).data
    meanings = {other: word for word, others in said["words"].items() for other in others if " " not in other}
    spoken = {part for name in names for part in split(name)}
    spoken |= {part for phrases in said["columns"].values() for phrase in phrases for part in split(phrase)}
    known = frozenset({*meanings, *meanings.values(), *said["noise"], *spoken, "date", "time", "id"})
    words = Words(
        meanings=meanings,
        noise=frozenset(said["noise"]),
        known=known,
        columns={},
        exports={},
        shapes=said["shapes"],
        derived=said["derived"],
        companions=said["companions"],
        generic=frozenset(said["generic"]),
        plumbing=tuple(said["plumbing"]),
        personal=frozenset(said["personal"]),
        nothing=tuple(said["nothing"]),
        no_date=tuple(said["no_date"]),
        no_epoch=tuple(said["no_epoch"]),
    )
    phrases = {key: _phrases(words, said[key]) for key in ("columns", "exports")}
    return Words(**{**words.__dict__, **phrases})


def _phrases(words: Words, table: Mapping[str, Iterable[str]]) -> dict[str, frozenset[frozenset[str]]]:
    return {name: frozenset(frozenset(words.of(phrase)) for phrase in said) for name, said in table.items()}


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
