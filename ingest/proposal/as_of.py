"""Where a file's as-of date stands: in its name, where a date is told by form; else asked, with a date to begin with.

The mtime of a file is never it. Deliveries of one kind differ in their names only by the date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ingest.mapping import AS_OF_PLACE

_YEAR = r"(?:19|20)\d{2}"
_FORMS = (
    (re.compile(rf"(?<!\d)({_YEAR})-(\d{{2}})-(\d{{2}})(?!\d)"), ("%Y-%m-%d",)),
    (re.compile(rf"(?<!\d)({_YEAR})_(\d{{2}})_(\d{{2}})(?!\d)"), ("%Y_%m_%d",)),
    (re.compile(rf"(?<!\d)({_YEAR})\.(\d{{2}})\.(\d{{2}})(?!\d)"), ("%Y.%m.%d",)),
    (re.compile(rf"(?<!\d)({_YEAR})(\d{{2}})(\d{{2}})(?!\d)"), ("%Y%m%d",)),
    (re.compile(rf"(?<!\d)(\d{{2}})-(\d{{2}})-({_YEAR})(?!\d)"), ("%d-%m-%Y", "%m-%d-%Y")),
    (re.compile(rf"(?<!\d)(\d{{2}})\.(\d{{2}})\.({_YEAR})(?!\d)"), ("%d.%m.%Y", "%m.%d.%Y")),
    (re.compile(rf"(?<!\d)(\d{{2}})_(\d{{2}})_({_YEAR})(?!\d)"), ("%d_%m_%Y", "%m_%d_%Y")),
)
_REST = re.compile(r"(?P<glue>[T_ -]?)\d{2}[:_-]?\d{2}([:_-]?\d{2})?Z?")


@dataclass(frozen=True, kw_only=True)
class NamePattern:
    """The mapping's pattern of a file name. `as_of` and `written` (strptime) where the name has a date.

    Where a name's date can be read with either number as the day, `choices` are the strptime patterns.
    """

    pattern: str
    written: str | None = None
    as_of: date | None = None
    choices: tuple[str, ...] = ()


def name_pattern(name: str, siblings: Iterable[str] = ()) -> NamePattern:
    """The pattern of a file name; `siblings` are names of the other files, which may prove which number is the day."""
    if any(mark in name for mark in "{}*"):
        name = re.sub(r"[{}*]", "*", name)
    for form, written in _FORMS:
        found = form.search(name)
        if found is None:
            continue
        head, rest = name[: found.start()], _REST.sub(lambda m: f"{m['glue']}*", name[found.end() :], count=1)
        pattern = f"{head}{AS_OF_PLACE}{rest}"
        dates = [found[0], *(other[0] for sibling in siblings if (other := form.search(sibling)))]
        fitting = [how for how in written if all(_read(text, how) for text in dates)]
        if not fitting:
            continue
        if len(fitting) > 1:
            return NamePattern(pattern=name, choices=tuple(fitting))
        return NamePattern(pattern=pattern, written=fitting[0], as_of=_read(found[0], fitting[0]))
    return NamePattern(pattern=name)


def newest_day(values: Iterable[str], *, before: date) -> date | None:
    """The newest ISO day among the values that is not after `before`."""
    return max((day for day in _days(values) if day <= before), default=None)


def _days(values: Iterable[str]) -> Iterator[date]:
    for value in values:
        day = _read(value[:10], "%Y-%m-%d") if re.match(r"\d{4}-\d{2}-\d{2}(\D|$)", value) else None
        if day is not None:
            yield day


def _read(text: str, written: str) -> date | None:
    try:
        return datetime.strptime(text, written).date()
    except ValueError:
        return None
