"""What a file's name says by a mapping's pattern: the as-of date, which part it is, whether it is packed.

Which of several files makes a delivery is `ingest.inbox`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from ingest.errors import InboxError
from ingest.forms.kinds import packing, unpacked_name
from ingest.mapping import AS_OF_PLACE, PART_PLACE, PARTS_PLACE, REVISION_PLACE, FileMapping

_SEVERAL = r"\d+-\d+"


@dataclass(frozen=True, kw_only=True)
class NamedPart:
    """A part by its name: its number, of how many if the name says so, and the date and revision, which parts share."""

    number: int
    of: int | None
    as_of: str | None
    revision: int


def fits(pattern: str, name: str) -> bool:
    """Whether the name is of the pattern as it stands."""
    return _match(pattern, name) is not None


def fits_packed(file: FileMapping, name: str) -> bool:
    """Whether the name without its .gz or .zip is, or that of the container of its parts."""
    return (packing(name) != "" and fits(file.pattern, unpacked_name(name))) or is_container(file, name)


def as_of_in_name(file: FileMapping, name: str) -> date | None:
    """The as-of date that the mapping finds in the name; None where the name does not match at all."""
    found = _reading(file, name)
    if found is None:
        return None
    if file.as_of.file_name is None:
        return file.as_of.fixed
    try:
        return datetime.strptime(found.group("as_of"), file.as_of.file_name).date()
    except ValueError:
        raise InboxError(
            f'{name}: "{found.group("as_of")}" is no date of the form {file.as_of.file_name}. Rename the '
            "file as "
            f"{file.pattern} says."
        ) from None


def revision_in_name(file: FileMapping, name: str) -> int:
    """The number of the correction that the name says it is; 0 where its pattern has none."""
    found = _reading(file, name) if REVISION_PLACE in file.pattern else None
    return int(found.group("revision")) if found else 0


def part_in_name(file: FileMapping, name: str) -> NamedPart | None:
    """Which part the name says it is; None where the pattern has no parts, or the name is the container of them."""
    if PART_PLACE not in file.pattern or is_container(file, name):
        return None
    found = _reading(file, name)
    if found is None:
        return None
    groups = found.groupdict()
    return NamedPart(
        number=int(groups["part"]),
        of=int(groups["parts"]) if groups.get("parts") else None,
        as_of=groups.get("as_of"),
        revision=revision_in_name(file, name),
    )


def is_container(file: FileMapping, name: str) -> bool:
    """Whether the name is that of a zip that was made of parts."""
    if PART_PLACE not in file.pattern or packing(name) != ".zip":
        return False
    return _match(file.pattern, unpacked_name(name), part=_SEVERAL) is not None


def container_name(file: FileMapping, name: str, first: int, last: int) -> str:
    """The name of the zip made of parts `first` to `last`; `name` is that of any of them."""
    plain = name if fits(file.pattern, name) else unpacked_name(name)
    found = _match(file.pattern, plain)
    assert found is not None
    start, end = found.span("part")
    return f"{plain[:start]}{first}-{last}{plain[end:]}.zip"


def _reading(file: FileMapping, name: str) -> re.Match[str] | None:
    plain = unpacked_name(name)
    return _match(file.pattern, name) or _match(file.pattern, plain) or _match(file.pattern, plain, part=_SEVERAL)


def _match(pattern: str, name: str, *, part: str = r"\d+") -> re.Match[str] | None:
    """An umlaut may be one code point or, as some systems write names, two."""
    said = re.escape(normalize("NFC", pattern)).replace(r"\*", ".*")
    shapes = {
        AS_OF_PLACE: "(?P<as_of>.+?)",
        PART_PLACE: f"(?P<part>{part})",
        PARTS_PLACE: r"(?P<parts>\d+)",
        REVISION_PLACE: r"(?P<revision>\d{1,9})",
    }
    for place, shape in shapes.items():
        said = said.replace(re.escape(place), shape)
    return re.fullmatch(said, normalize("NFC", name))
