"""A vendor mapping proposed from files that nobody has mapped: which export each is, and how it is read.

Only looks and proposes: the text of the mapping is `ingest.proposal.yaml`'s, writing and showing it is not this room's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.contracts import Contracts
from ingest.proposal.as_of import NamePattern, name_pattern, newest_day
from ingest.proposal.exports import Candidate, candidates, choose, rivals
from ingest.proposal.lines import Line, column_lines, export_lines
from ingest.proposal.names import KnownShape, Vocabulary, load_vocabulary
from ingest.proposal.sample import Sample, read_sample


@dataclass(frozen=True, kw_only=True)
class FileProposal:
    """One kind of file. `candidate` is None where it fits no export that is free; `nearest` says how near it came.

    `as_of` is the date to begin with where the name has none; `as_of_from` says what it was taken from.
    """

    sample: Sample
    name: NamePattern
    candidate: Candidate | None
    nearest: Candidate | None
    as_of: date
    as_of_from: str
    rivals: tuple[Candidate, ...]
    known: KnownShape | None
    export_lines: tuple[Line, ...]
    column_lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A whole mapping."""

    vendor: str
    files: tuple[FileProposal, ...]


def propose(paths: Sequence[Path], vendor: str, contracts: Contracts, *, today: date) -> Proposal:
    """Look at the files of one system and propose its mapping.

    `today` bounds what may be an as-of date. Raises EncodingError or RecordsError where a file is no text.
    """
    vocabulary = load_vocabulary(contracts)
    kinds = _kinds(paths)
    with TemporaryDirectory() as bench:
        samples = [read_sample(path, Path(bench)) for path, _ in kinds]
    found = [candidates(sample, contracts, vocabulary) for sample in samples]
    chosen = choose(found)
    newest = [_newest(sample, candidate, today) for sample, candidate in zip(samples, chosen, strict=True)]
    shared = max((each for each in newest if each), default=None)
    files = [
        _file(
            sample,
            name,
            vocabulary,
            candidate=candidate,
            ranked=ranked,
            as_of=own or shared or (today, "today"),
        )
        for sample, (_, name), candidate, ranked, own in zip(samples, kinds, chosen, found, newest, strict=True)
    ]
    return Proposal(vendor=vendor, files=tuple(files))


def _kinds(paths: Sequence[Path]) -> list[tuple[Path, NamePattern]]:
    """One file for each pattern of names: the newest by the date in its name."""
    kinds: dict[str, tuple[Path, NamePattern]] = {}
    for path in paths:
        name = name_pattern(path.name, [other.name for other in paths if other != path])
        held = kinds.get(name.pattern)
        if held is None or (name.as_of or date.min) >= (held[1].as_of or date.min):
            kinds[name.pattern] = (path, name)
    return list(kinds.values())


def _newest(sample: Sample, candidate: Candidate | None, today: date) -> tuple[date, str] | None:
    """The newest day in a mapped date column, and that column with its file."""
    days = (
        (day, f"the newest day in {match.source.header} of {sample.path.name}")
        for match in (candidate.matches if candidate else ())
        if match.column.logical_type in ("date", "timestamp")
        and (day := newest_day(match.source.values, before=today)) is not None
    )
    return max(days, default=None)


def _file(
    sample: Sample,
    name: NamePattern,
    vocabulary: Vocabulary,
    *,
    candidate: Candidate | None,
    ranked: Sequence[Candidate],
    as_of: tuple[date, str],
) -> FileProposal:
    headers = {column.header for column in sample.columns}
    fitting = (shape for shape in vocabulary.shapes if shape.needed and shape.needed <= headers)
    of_export = (shape for shape in fitting if candidate is not None and shape.export == candidate.contract.name)
    return FileProposal(
        sample=sample,
        name=name,
        candidate=candidate,
        nearest=next(iter(ranked), None),
        rivals=tuple(rivals(candidate, ranked)) if candidate else (),
        as_of=as_of[0],
        as_of_from=as_of[1],
        known=next(of_export, None),
        export_lines=tuple(export_lines(candidate, sample, vocabulary.words)) if candidate else (),
        column_lines=tuple(column_lines(candidate, sample, vocabulary.words)) if candidate else (),
    )
