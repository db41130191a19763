"""How near a header is to a canonical column, by its words alone, from 0 to 1; and which headers vendors are known by.

Values are not looked at (`ingest.proposal.readings`); who gets which header is `ingest.proposal.columns`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from ingest.contracts import Column, Contracts, ExportContract
from ingest.mapping import ExportMapping, VendorMapping
from ingest.mapping_file import BUILT_IN, read_document
from ingest.parse_header import canonical_columns
from ingest.proposal.words import Words, load_words, split

_WHEN = frozenset({"at", "date", "time", "timestamp", "datetime", "on", "day", "utc"})
_WHETHER = frozenset({"is", "has", "flag"})
_SPELLING = 0.86


@dataclass(frozen=True, kw_only=True)
class KnownShape:
    """A kind of file that a built-in mapping reads, and the headers that it cannot do without."""

    vendor: str
    pattern: str
    export: str
    needed: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The words, and the headers under which known vendors deliver each canonical column of each export."""

    words: Words
    headers: Mapping[str, Mapping[str, frozenset[frozenset[str]]]]
    file_names: Mapping[str, frozenset[frozenset[str]]]
    shapes: tuple[KnownShape, ...]

    def name_score(self, header: str, column: Column, contract: ExportContract) -> float:
        """1 where the header is the column's own name, below 0.6 where they have hardly anything in common."""
        if header.strip().lower() == column.name:
            return 1.0
        said = frozenset(self.words.of(header))
        if not said:
            return 0.0
        if said in self.headers.get(contract.name, {}).get(column.name, ()):
            return 0.96
        about = self._about(contract)
        by_words = _words_score(self._bare(said, column), self._bare(self._own(column.name), column), about)
        if self._is_translated(header, column, about[0]):
            by_words = min(by_words, 0.88)
        return max(by_words, self._phrase_score(said, column, about[0]))

    def _is_translated(self, header: str, column: Column, export: frozenset[str]) -> bool:
        """The header says it in other words, beside those that name the export itself."""
        own = {*split(column.name), *_WHEN, *_WHETHER}
        others = (word for word in split(header) if word not in own and not export.issuperset(self.words.of(word)))
        return any(self.words.of(word) for word in others)

    def names_another(self, name: str, contract: ExportContract) -> bool:
        """The file is called just like some other export."""
        said = frozenset(word for word in self.words.of(name) if not word.isdigit())
        return any(said in phrases for export, phrases in self.words.exports.items() if export != contract.name)

    def _phrase_score(self, said: frozenset[str], column: Column, export: frozenset[str]) -> float:
        """What the data file says the column may be called, and what vendors call it in other exports."""
        phrases = self.words.columns.get(column.name, frozenset())
        if said in phrases:
            return 0.88
        if not phrases.isdisjoint((said - export, said - {"id"}, said - export - {"id"})):
            return 0.84
        return 0.8 if any(said in columns.get(column.name, ()) for columns in self.headers.values()) else 0.0

    def file_score(self, name: str, contract: ExportContract) -> float:
        """How far a file's name speaks of the export: 1 where it is called like it."""
        said = frozenset(word for word in self.words.of(name) if not word.isdigit())
        known = {frozenset(self.words.of(contract.export)), *self.file_names.get(contract.name, ())}
        known |= set(self.words.exports.get(contract.name, ()))
        return max((len(said & each) / len(said | each) for each in known if each), default=0.0)

    def _own(self, name: str) -> frozenset[str]:
        return frozenset(self.words.of(name))

    def _about(self, contract: ExportContract) -> tuple[frozenset[str], str]:
        """The words of the export's name, and the one that names its rows (`event` of registration events)."""
        about = self.words.of(contract.export)
        return frozenset(about), about[-1] if about else ""

    @staticmethod
    def _bare(said: frozenset[str], column: Column) -> frozenset[str]:
        """Without the words that only tell the type, unless nothing else is said."""
        dropped = {"date": _WHEN, "timestamp": _WHEN, "boolean": _WHETHER}.get(column.logical_type, frozenset())
        return (said - dropped) or said


def load_vocabulary(contracts: Contracts, vendors: Path = BUILT_IN) -> Vocabulary:
    """The vocabulary of the contracts and of every vendor mapping that is known."""
    names = {column.name for contract in contracts.exports.values() for column in contract.columns}
    words = load_words(tuple(sorted(names | {contract.export for contract in contracts.exports.values()})))
    headers: dict[str, dict[str, frozenset[frozenset[str]]]] = {}
    files: dict[str, frozenset[frozenset[str]]] = {}
    shapes: list[KnownShape] = []
    for path in sorted(vendors.glob("*.yaml")):
        mapping = VendorMapping.model_validate(read_document(path).data)
        for file in mapping.files:
            for export, said in file.exports.items():
                pattern = frozenset(words.of(file.pattern.partition("{")[0].removesuffix(".csv")))
                if len(file.exports) == 1:
                    files[export] = files.get(export, frozenset()) | {pattern}
                known = headers.setdefault(export, {})
                needed = frozenset(_needed(said, contracts.exports[export]))
                shapes.append(KnownShape(vendor=path.stem, pattern=file.pattern, export=export, needed=needed))
                for name, column in (said.columns or {}).items():
                    written = {frozenset(words.of(header)) for header in column.headers}
                    known[name] = known.get(name, frozenset()) | (written - {frozenset()})
    return Vocabulary(words=words, headers=headers, file_names=files, shapes=tuple(shapes))


def _needed(said: ExportMapping, contract: ExportContract) -> Iterator[str]:
    """Headers that a mapping demands."""
    if said.unpivot is not None:
        yield said.unpivot.pattern
    for name, column in (canonical_columns(contract) if said.columns is None else said.columns).items():
        if not column.optional and len(column.headers) == 1 and name in contract.column_names:
            yield column.headers[0]


def _words_score(said: frozenset[str], wanted: frozenset[str], about: tuple[frozenset[str], str]) -> float:
    """Equal words, equal but for those that every header of the export may have, or but for `id`; else spelling."""
    export, row = about
    bare, bare_wanted = (said - {row}) or said, (wanted - {row}) or wanted
    tests = (
        (0.95, said == wanted),
        (0.92, bare == bare_wanted or said - (export - wanted) == wanted),
        (0.84, said - {"id"} == wanted - {"id"}),
        (0.80, said == {row} and wanted in ({row, "id"}, {"id"}, {"name"})),
        (0.62, bool(said - {"name"}) and said - {"name"} == wanted - {"id"}),
    )
    if score := max((score for score, holds in tests if holds), default=0.0):
        return score
    spelling = SequenceMatcher(None, " ".join(sorted(bare)), " ".join(sorted(bare_wanted)))
    # Looking for an upper bound first is ten times cheaper, and nearly all pairs have nothing in common.
    if spelling.real_quick_ratio() >= _SPELLING and (ratio := spelling.ratio()) >= _SPELLING:
        return 0.7 * ratio
    return 0.55 * len(bare & bare_wanted) / len(bare | bare_wanted)
