"""Files that are parts of one export, brought together: which belong to each other, and whether one is missing.

A part is told by its name. What a name says is `ingest.file_names`', what the parts become `ingest.container`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InboxError
from ingest.file_names import NamedPart, container_name, part_in_name
from ingest.mapping import FileMapping


@dataclass(frozen=True, kw_only=True)
class PartSet:
    """The parts of one export as of one date, by their numbers, and the name they have together."""

    paths: tuple[Path, ...]
    name: str


def part_sets(file: FileMapping, paths: Iterable[Path]) -> list[PartSet | InboxError]:
    """The files of one kind put together; an error stands for a set that is not whole."""
    sets: dict[tuple[str | None, int], list[tuple[NamedPart, Path]]] = {}
    for path in paths:
        part = part_in_name(file, path.name)
        assert part is not None
        sets.setdefault((part.as_of, part.revision), []).append((part, path))
    found: list[PartSet | InboxError] = []
    for parts in sets.values():
        try:
            found.append(_together(file, sorted(parts, key=lambda each: (each[0].number, each[1].name))))
        except InboxError as error:
            found.append(error)
    return found


def siblings(file: FileMapping, path: Path) -> list[Path]:
    """The parts that lie beside this one and are of its date and revision, itself among them."""
    wanted = part_in_name(file, path.name)
    beside = [one for one in path.parent.iterdir() if one.is_file() and not one.name.startswith(".")]
    named = [(part_in_name(file, one.name), one) for one in sorted(beside)]
    return [
        one
        for part, one in named
        if part is not None and wanted is not None and (part.as_of, part.revision) == (wanted.as_of, wanted.revision)
    ]


def _together(file: FileMapping, parts: list[tuple[NamedPart, Path]]) -> PartSet:
    numbers = [part.number for part, _ in parts]
    paths = tuple(path for _, path in parts)
    _refuse_twice(numbers, paths)
    totals = sorted({part.of for part, _ in parts if part.of is not None})
    folder = paths[0].parent
    if len(totals) > 1:
        raise InboxError(
            f"The parts in {folder} do not agree how many they are ({', '.join(path.name for path in paths)}): "
            f"{' or '.join(map(str, totals))}. Take those of the other export away."
        )
    first = 0 if numbers[0] == 0 else 1
    last = max(numbers[-1], totals[0] + first - 1 if totals else 0)
    if totals and numbers[-1] > totals[0] + first - 1:
        raise InboxError(f"{paths[-1]} says that it is part {numbers[-1]} of {totals[0]}. Have the export made again.")
    missing = sorted(set(range(first, last + 1)) - set(numbers))
    if missing:
        said = ", ".join(map(str, missing[:20]))
        raise InboxError(
            f"{paths[0]} is one of {last - first + 1} parts, and {'part' if len(missing) == 1 else 'parts'} {said} "
            f"{'is' if len(missing) == 1 else 'are'} not there. Nothing was taken in; deliver what is missing."
        )
    return PartSet(paths=paths, name=container_name(file, paths[0].name, numbers[0], numbers[-1]))


def _refuse_twice(numbers: list[int], paths: tuple[Path, ...]) -> None:
    for number, path, other in zip(numbers, paths, paths[1:], strict=False):
        if numbers.count(number) > 1:
            raise InboxError(
                f"{path} and {other.name} are both part {number} of one export. Nothing was taken in; take one away."
            )
