"""What can be set without writing a rule: limits and severities; the analyst's own `<home>/suites/<source>.yaml`.

Read as strictly as a suite. How the layers lie over each other is `expectations.suite`'s.
"""

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from expectations.errors import SuiteInvalidError, SuiteUnreadableError
from expectations.rules import Severity, reason
from ingest.errors import twin_hint

# Rules that find faults of the program; as warnings they would let rows go lost.
UNTOUCHABLE: Final = frozenset({"columns_as_promised", "rows_do_not_add_up"})


class Limits(BaseModel):
    """Tunable numbers of the rules on the delivery itself, which see them as columns of `delivery`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    max_rejected_share: float | None = Field(default=None, ge=0, le=1)
    max_lost_share: float | None = Field(default=None, ge=0, le=1)
    max_days_ahead: int | None = Field(default=None, ge=0)
    max_shrink_share: float | None = Field(default=None, ge=0, le=1)
    max_jump_share: float | None = Field(default=None, ge=0)
    min_volume: int | None = Field(default=None, ge=0)


class Tuning(BaseModel):
    """Limits and severities of a source's rules, by export (or `*`, all of the source)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str
    limits: Mapping[str, Limits] = Field(default_factory=dict)
    severities: Mapping[str, Mapping[str, Severity]] = Field(default_factory=dict)


_File = TypeVar("_File", bound=Tuning)
# libyaml where the wheel has it: ten times faster, the same safe subset.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def own_files(folder: Path | None, sources: Iterable[str]) -> Mapping[str, Tuning]:
    """The analyst's files by source; none where there is no folder. Raises as `read_file`."""
    if folder is None or not folder.is_dir():
        return {}
    known = sorted(sources)
    found = {}
    for path in sorted(folder.glob("*.y*ml")):
        if path.suffix != ".yaml" or path.stem not in known:
            raise SuiteInvalidError(
                file=str(path),
                problems=[f"no source is called so{twin_hint(path.stem, known)}; there are {', '.join(known)}"],
            )
        found[path.stem] = read_file(Tuning, path, path.stem, name=str(path))
    return found


def read_file(model: type[_File], path: Traversable, source: str, *, name: str) -> _File:
    """A file as its model says. Raises SuiteUnreadableError or SuiteInvalidError with `name` and every problem."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteUnreadableError(file=name, problem=str(error)) from error
    try:
        file = model.model_validate(content)
    except ValidationError as error:
        raise SuiteInvalidError(file=name, problems=[_problem(each, content) for each in error.errors()]) from error
    if file.source != source:
        raise SuiteInvalidError(file=name, problems=[f"its source is `{file.source}`, not `{source}`"])
    return file


def _problem(error: Any, content: Any) -> str:
    place = list(error["loc"])
    if place[:1] == ["rules"] and len(place) > 1:
        entry = content["rules"][place[1]]
        name = entry.get("id") if isinstance(entry, dict) else None
        return f"rule {f'`{name}`' if name else place[1] + 1}: {reason({**error, 'loc': place[2:]})}"
    return reason(error)
