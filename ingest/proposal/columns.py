"""Which source column feeds which canonical column of one export: names and values weighed together, best pairs first.

Which export a file is, is `ingest.proposal.exports`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.contracts import Column, ExportContract
from ingest.proposal.forms import Reading
from ingest.proposal.names import Vocabulary
from ingest.proposal.readings import read_values
from ingest.proposal.sample import Sample, SourceColumn
from ingest.proposal.words import Words

Certainty = Literal["sure", "likely", "unsure"]
LEAST_SCORE = 0.6
_SURE = 0.9
_MOST_LABELS = 40
_AS_GOOD = 0.05


@dataclass(frozen=True, kw_only=True)
class Match:
    """A canonical column and where its values come from; `lookup` translates the texts where they are labels."""

    column: Column
    source: SourceColumn
    reading: Reading
    score: float
    doubts: tuple[str, ...] = ()
    lookup: Mapping[str, str] | None = None

    @property
    def certainty(self) -> Certainty:
        """How far the line needs looking at."""
        if self.doubts or self.reading.doubts or self.reading.is_open or self.score < LEAST_SCORE + 0.15:
            return "unsure"
        return "sure" if self.score >= _SURE else "likely"


def match_columns(sample: Sample, contract: ExportContract, vocabulary: Vocabulary) -> tuple[Match, ...]:
    """The canonical columns that the file can feed, in contract order; each header at most once, unless a required
    column would go without and the header is as good a name for it (`account` is an account's id and name)."""
    pairs = sorted(_pairs(sample, contract, vocabulary), key=lambda match: -match.score)
    taken: dict[str, Match] = {}
    headers: set[str] = set()
    for match in pairs:
        if match.column.name not in taken and match.source.header not in headers:
            taken[match.column.name] = match
            headers.add(match.source.header)
    held = {match.source.header: match.score for match in taken.values()}
    for match in pairs:
        wanted = match.column.required or match.column.name in contract.key
        if wanted and match.column.name not in taken and match.score >= held[match.source.header] - _AS_GOOD:
            taken[match.column.name] = match
    for match in _derived(contract, taken, vocabulary.words):
        taken[match.column.name] = match
    return tuple(taken[column.name] for column in contract.columns if column.name in taken)


def _pairs(sample: Sample, contract: ExportContract, vocabulary: Vocabulary) -> Iterator[Match]:
    for source in sample.columns:
        for column in contract.columns:
            name = vocabulary.name_score(source.header, column, contract)
            if name < LEAST_SCORE:
                continue
            reading = read_values(column, source, vocabulary.words)
            identifies = contract.key == (column.name,)
            repeats = identifies and contract.mode != "append" and not source.is_unique
            score = name * reading.share * (0.8 if repeats else 1.0)
            if score >= LEAST_SCORE:
                doubts = _key_doubts(source) if repeats else ()
                if source.filled < source.rows and column.required and not repeats:
                    empty = source.rows - source.filled
                    doubts += (f"{empty} of {source.rows} rows have no value, which the gate refuses",)
                yield Match(column=column, source=source, reading=reading, score=score, doubts=doubts)


def _key_doubts(source: SourceColumn) -> tuple[str, ...]:
    if source.filled < source.rows:
        return (f"{source.rows - source.filled} of {source.rows} rows have no key and would be rejected",)
    return (f"{source.rows - len(source.values)} rows repeat a key: on_duplicate says which of them counts",)


def _derived(contract: ExportContract, taken: Mapping[str, Match], words: Words) -> Iterator[Match]:
    """Booleans that no column delivers, as a lookup in one that is delivered (won and lost in the words of a stage)."""
    for column in contract.columns:
        rule = words.derived.get(column.name)
        source = taken.get(rule["from"]) if rule and column.name not in taken else None
        if rule is None or source is None or not 1 < len(source.source.values) <= _MOST_LABELS:
            continue
        said = {label: bool(set(words.of(label)) & set(rule["yes"])) for label in source.source.values}
        if any(said.values()):
            labels = {label: "yes" if yes else "no" for label, yes in said.items()}
            counted = ", ".join(label for label, yes in said.items() if yes)
            doubt = f"taken from the words of {source.source.header}: yes is {counted}; a label not listed is rejected"
            yield Match(
                column=column, source=source.source, reading=Reading(), score=0.8, doubts=(doubt,), lookup=labels
            )
