"""Business rules as analysts write them: `suites/<source>.yaml`, and `suites/delivery.yaml` for every export.

Read strictly: an unknown key, expectation, argument, export or column refuses the whole file, because a
rule that is not understood would check nothing. What the contract already promises is not repeated: see
`structure`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from expectations.errors import SuiteInvalidError, SuiteUnreadableError
from expectations.rules import EVERY_EXPORT, Rule, Severity, reason
from expectations.structure import structure_rules
from ingest.contracts import Contracts, ExportContract

_Special = TypeVar("_Special")
# libyaml where the wheel has it: ten times faster, the same safe subset.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Limits(BaseModel):
    """Tunable numbers of the rules on the delivery itself, which see them as columns of `delivery`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    max_rejected_share: float | None = Field(default=None, ge=0, le=1)
    max_lost_share: float | None = Field(default=None, ge=0, le=1)
    max_days_ahead: int | None = Field(default=None, ge=0)


class SuiteFile(BaseModel):
    """One file of `suites/`: rules, and what is special for an export (or `*`, all of the source)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str
    limits: Mapping[str, Limits] = Field(default_factory=dict)
    severities: Mapping[str, Mapping[str, Severity]] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Suite:
    """What holds for one source: the file for every export, then its own, which wins."""

    source: str
    files: tuple[SuiteFile, SuiteFile]

    @property
    def version(self) -> str:
        """Label that changes with anything the two files say."""
        said = json.dumps([each.model_dump(mode="json") for each in self.files], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    def rules_for(self, contract: ExportContract) -> tuple[Rule, ...]:
        """Return every rule on one export: what its contract promises, then the business rules."""
        written = [rule for file in self.files for rule in file.rules if _is_for(rule.export, contract)]
        severities: dict[str, Severity] = {}
        for special in _special(contract, [file.severities for file in self.files]):
            severities |= special
        return tuple(
            rule.model_copy(update={"severity": severities.get(rule.id, rule.severity)})
            for rule in (*structure_rules(contract), *written)
        )

    def limits_for(self, contract: ExportContract) -> Limits:
        """Return the limits of one export."""
        chosen: dict[str, Any] = {}
        for limits in _special(contract, [file.limits for file in self.files]):
            chosen |= limits.model_dump(exclude_none=True)
        return Limits.model_validate(chosen)


def load_suites(contracts: Contracts, folder: Traversable | None = None) -> Mapping[str, Suite]:
    """Read the suite of every source that has a contract, by source.

    Raises SuiteUnreadableError or SuiteInvalidError: one paragraph with the file and every problem.
    """
    place = folder if folder is not None else files("expectations") / "suites"
    shared = _read(place / "delivery.yaml", EVERY_EXPORT)
    by_source: dict[str, list[ExportContract]] = {}
    for contract in contracts.exports.values():
        by_source.setdefault(contract.source, []).append(contract)
    suites = {}
    for source, exports in by_source.items():
        path = place / f"{source}.yaml"
        suites[source] = Suite(source=source, files=(shared, _read(path, source)))
        if problems := list(_misfits(suites[source], exports)):
            raise SuiteInvalidError(file=path.name, problems=problems)
    return suites


def _special(contract: ExportContract, by_file: list[Mapping[str, _Special]]) -> Iterator[_Special]:
    for special in by_file:
        for name in (EVERY_EXPORT, contract.export):
            if name in special:
                yield special[name]


def _is_for(export: str, contract: ExportContract) -> bool:
    return export in {EVERY_EXPORT, contract.export}


def _misfits(suite: Suite, exports: list[ExportContract]) -> Iterator[str]:
    known = {EVERY_EXPORT, *(contract.export for contract in exports)}
    own = suite.files[1]
    for name in sorted({*own.limits, *own.severities, *(rule.export for rule in own.rules)} - known):
        yield f"`{name}` is not delivered by {suite.source}, which has {', '.join(sorted(known))}"
    for contract in exports:
        rules = suite.rules_for(contract)
        ids = [rule.id for rule in rules]
        yield from (f"rule `{each}` is declared twice for {contract.name}" for each in sorted(_repeated(ids)))
        for name in (EVERY_EXPORT, contract.export):
            for unknown in sorted(set(own.severities.get(name, {})) - set(ids)):
                yield f"severity is given for `{unknown}`, which is no rule on {contract.name}"
        said = [repr(rule.predicate) for rule in rules]
        twice = [rule.id for rule in rules if said.count(repr(rule.predicate)) > 1]
        if twice:
            yield f"rules {', '.join(twice)} on {contract.name} say the same; leave one"
        unset = [name for name, limit in suite.limits_for(contract) if limit is None]
        yield from (f"the limit `{name}` is nowhere set for {contract.name}" for name in unset)
        for rule in rules:
            yield from _column_misfits(rule, contract)


def _column_misfits(rule: Rule, contract: ExportContract) -> Iterator[str]:
    columns = {column.name: column for column in contract.columns}
    for name in rule.predicate.columns:
        if name not in columns:
            yield f"rule `{rule.id}` names column `{name}`, which {contract.name} does not have"
    for name in rule.show:
        if name in columns and columns[name].personal:
            yield f"rule `{rule.id}` shows column `{name}` of {contract.name}, which holds personal data"


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _read(path: Traversable, source: str) -> SuiteFile:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteUnreadableError(file=path.name, problem=str(error)) from error
    try:
        file = SuiteFile.model_validate(content)
    except ValidationError as error:
        problems = [_problem(each, content) for each in error.errors()]
        raise SuiteInvalidError(file=path.name, problems=problems) from error
    if file.source != source:
        raise SuiteInvalidError(file=path.name, problems=[f"its source is `{file.source}`, not `{source}`"])
    return file


def _problem(error: Any, content: Any) -> str:
    place = list(error["loc"])
    if place[:1] == ["rules"] and len(place) > 1:
        entry = content["rules"][place[1]]
        name = entry.get("id") if isinstance(entry, dict) else None
        return f"rule {f'`{name}`' if name else place[1] + 1}: {reason({**error, 'loc': place[2:]})}"
    return reason(error)
