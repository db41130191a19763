"""Which canonical export a file is: every contract is tried, and what it would get of the file is weighed.

One export gets one kind of file, for a snapshot of half the rows would close the other half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.contracts import Contracts, ExportContract
from ingest.inbox import POLICY
from ingest.proposal.columns import Match, match_columns
from ingest.proposal.names import Vocabulary
from ingest.proposal.sample import Sample

LEAST_FIT = 0.5
_ENOUGH_COLUMNS = 6
_CALLED_LIKE_IT = 0.5
_SAME_SOURCE = 0.1
_NEAR = 0.1
_NEAREST = 0.05
_TELLING_COLUMNS = 2
_LEAST_COLUMNS = 2


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An export that a file could be; `fit` is 0 to 1, below LEAST_FIT it is none."""

    contract: ExportContract
    matches: tuple[Match, ...]
    fit: float

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that nothing feeds."""
        found = {match.column.name for match in self.matches if not match.reading.is_open}
        wanted = [c.name for c in self.contract.columns if c.required or c.name in self.contract.key]
        made = self.contract.key if self.makes_key else ()
        return tuple(name for name in wanted if name not in found and name not in made)

    @property
    def makes_key(self) -> bool:
        """The rows have no id, and their hash can stand for it: nothing of them ever changes."""
        key = self.contract.key
        found = {match.column.name for match in self.matches}
        return len(key) == 1 and key[0] not in found and self.contract.mode == "append"


def candidates(sample: Sample, contracts: Contracts, vocabulary: Vocabulary) -> list[Candidate]:
    """Every export but policies, the best fit first."""
    tried = [
        _candidate(sample, contract, vocabulary) for contract in contracts.exports.values() if contract.source != POLICY
    ]
    return sorted(tried, key=lambda candidate: -candidate.fit)


def choose(found: Sequence[Sequence[Candidate]]) -> list[Candidate | None]:
    """For each file its export, no export twice: the best fit of all is settled first. None where nothing fits.

    A file that could be several exports is the one whose source the other files speak of most.
    """
    chosen: list[Candidate | None] = [None] * len(found)
    taken: set[str] = set()
    source = _main_source(found)
    ranked = [
        (candidate.fit + (_SAME_SOURCE if candidate.contract.source == source else 0.0), -number, candidate)
        for number, each in enumerate(found)
        for candidate in each
        if candidate.fit >= max(LEAST_FIT, each[0].fit - _worse_by(candidate, each[0], source))
    ]
    for _, number, candidate in sorted(ranked, key=lambda entry: entry[:2], reverse=True):
        if chosen[-number] is None and candidate.contract.name not in taken:
            chosen[-number] = candidate
            taken.add(candidate.contract.name)
    return chosen


def _worse_by(candidate: Candidate, best: Candidate, source: str | None) -> float:
    """How much worse than the best an export may fit: more where the other files speak of its source."""
    if candidate.contract.source == source != best.contract.source:
        return _NEAR
    return _NEAREST if candidate.contract.source == best.contract.source else 0.0


def rivals(candidate: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """Other exports that the file fits nearly as well, or better."""
    return [
        other
        for other in found
        if other.contract != candidate.contract and other.fit >= max(LEAST_FIT, candidate.fit - _NEAR)
    ]


def _main_source(found: Sequence[Sequence[Candidate]]) -> str | None:
    """The source that most of the files' best exports belong to, weighed by their fit."""
    weight: dict[str, float] = {}
    for best in (each[0] for each in found if each and each[0].fit >= LEAST_FIT):
        weight[best.contract.source] = weight.get(best.contract.source, 0.0) + best.fit
    return max(weight, key=lambda source: weight[source], default=None)


def _candidate(sample: Sample, contract: ExportContract, vocabulary: Vocabulary) -> Candidate:
    matches = match_columns(sample, contract, vocabulary)
    bare = Candidate(contract=contract, matches=matches, fit=0.0)
    scores = {match.column.name: match.score for match in matches if match.source.values}
    wanted = [c.name for c in contract.columns if (c.required and not (bare.makes_key and c.name in contract.key))]
    required = sum(scores.get(name, 0.0) for name in wanted) / max(len(wanted), 1)
    useful = [c for c in sample.columns if c.values and not vocabulary.words.is_plumbing(c.header)]
    covered = len({match.source.header for match in matches if match.source.values}) / max(len(useful), 1)
    held = sum(scores.values()) / min(len(contract.columns), _ENOUGH_COLUMNS)
    named = vocabulary.file_score(sample.path.stem, contract)
    fit = 0.4 * required + 0.15 * covered + 0.25 * min(held, 1.0) + 0.2 * named
    telling = sum(vocabulary.words.is_telling(m.source.header) for m in matches if m.source.values and not m.lookup)
    if named < _CALLED_LIKE_IT and telling < _TELLING_COLUMNS:
        fit *= 0.7
    if named < _CALLED_LIKE_IT and vocabulary.names_another(sample.path.stem, contract):
        fit *= 0.65
    if len(scores) < _LEAST_COLUMNS:
        fit *= 0.7
    if set(bare.missing) & set(contract.key):
        fit *= 0.75
    if bare.makes_key and named <= _CALLED_LIKE_IT:
        fit *= 0.9
    return Candidate(contract=contract, matches=matches, fit=round(fit, 4))
