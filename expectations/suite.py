"""Business rules as analysts write them: `suites/<source>.yaml`, and `suites/delivery.yaml` for every export.

Read strictly: an unknown key, expectation, argument, export or column refuses the whole file, because a
rule that is not understood would check nothing. What the contract already promises is not repeated: see
`structure`. What an analyst's own folder may say over these is `expectations.tuning`'s.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, Field

from expectations.errors import SuiteInvalidError
from expectations.rules import EVERY_EXPORT, Rule, Severity
from expectations.structure import structure_rules
from expectations.tuning import UNTOUCHABLE, Limits, Tuning, own_files, read_file
from ingest.contracts import Contracts, ExportContract

_Special = TypeVar("_Special")


class SuiteFile(Tuning):
    """One file of `suites/`: rules, and what is special for an export (or `*`, all of the source)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rules: tuple[Rule, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Suite:
    """What holds for one source: the file for every export, then its own, which wins; then the analyst's, over both."""

    source: str
    files: tuple[SuiteFile, SuiteFile]
    own: Tuning | None = None

    @property
    def layers(self) -> tuple[Tuning, ...]:
        """Who tunes, the last one wins."""
        return (*self.files, self.own) if self.own else self.files

    @cached_property
    def version(self) -> str:
        """Label that changes with anything the files say."""
        said = json.dumps([each.model_dump(mode="json") for each in self.layers], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    def rules_for(self, contract: ExportContract) -> tuple[Rule, ...]:
        """Return every rule on one export: what its contract promises, then the business rules."""
        written = [rule for file in self.files for rule in file.rules if _is_for(rule.export, contract)]
        severities: dict[str, Severity] = {}
        for special in _special(contract, [file.severities for file in self.layers]):
            severities |= special
        return tuple(
            rule.model_copy(update={"severity": severities.get(rule.id, rule.severity)})
            for rule in (*structure_rules(contract), *written)
        )

    def limits_for(self, contract: ExportContract) -> Limits:
        """Return the limits of one export."""
        chosen: dict[str, Any] = {}
        for limits in _special(contract, [file.limits for file in self.layers]):
            chosen |= limits.model_dump(exclude_none=True)
        return Limits.model_validate(chosen)


def load_suites(
    contracts: Contracts, folder: Traversable | None = None, *, own: Path | None = None
) -> Mapping[str, Suite]:
    """Read the suite of every source that has a contract, by source; `own` is the analyst's folder, where there is one.

    Raises SuiteUnreadableError or SuiteInvalidError: one paragraph with the file and every problem.
    """
    place = folder if folder is not None else files("expectations") / "suites"
    shared = _read(place / "delivery.yaml", EVERY_EXPORT)
    by_source: dict[str, list[ExportContract]] = {}
    for contract in contracts.exports.values():
        by_source.setdefault(contract.source, []).append(contract)
    suites = {}
    tunings = own_files(own, by_source)
    for source, exports in by_source.items():
        path = place / f"{source}.yaml"
        suites[source] = Suite(source=source, files=(shared, _read(path, source)))
        if problems := list(_misfits(suites[source], exports)):
            raise SuiteInvalidError(file=path.name, problems=problems)
        if tuning := tunings.get(source):
            if problems := list(_tuning_misfits(tuning, suites[source], exports)):
                raise SuiteInvalidError(file=str(own / path.name) if own else path.name, problems=problems)
            suites[source] = replace(suites[source], own=tuning)
    return suites


def _special(contract: ExportContract, by_file: list[Mapping[str, _Special]]) -> Iterator[_Special]:
    for special in by_file:
        for name in (EVERY_EXPORT, contract.export):
            if name in special:
                yield special[name]


def _is_for(export: str, contract: ExportContract) -> bool:
    return export in {EVERY_EXPORT, contract.export}


def _misfits(suite: Suite, exports: list[ExportContract]) -> Iterator[str]:
    own = suite.files[1]
    yield from _strange_exports({rule.export for rule in own.rules}, suite, exports)
    yield from _tuning_misfits(own, suite, exports)
    for contract in exports:
        rules = suite.rules_for(contract)
        ids = [rule.id for rule in rules]
        yield from (f"rule `{each}` is declared twice for {contract.name}" for each in sorted(_repeated(ids)))
        said = [repr(rule.predicate) for rule in rules]
        twice = [rule.id for rule in rules if said.count(repr(rule.predicate)) > 1]
        if twice:
            yield f"rules {', '.join(twice)} on {contract.name} say the same; leave one"
        unset = [name for name, limit in suite.limits_for(contract) if limit is None]
        yield from (f"the limit `{name}` is nowhere set for {contract.name}" for name in unset)
        for rule in rules:
            yield from _column_misfits(rule, contract)


def _tuning_misfits(tuning: Tuning, suite: Suite, exports: list[ExportContract]) -> Iterator[str]:
    yield from _strange_exports({*tuning.limits, *tuning.severities}, suite, exports)
    for contract in exports:
        ids = {rule.id for rule in suite.rules_for(contract)}
        for name in (EVERY_EXPORT, contract.export):
            said = tuning.severities.get(name, {})
            for unknown in sorted(set(said) - ids):
                yield f"severity is given for `{unknown}`, which is no rule on {contract.name}"
            for rule_id in sorted(UNTOUCHABLE & set(said)):
                yield f"`{rule_id}` watches over the program, and no file may give it another severity"


def _strange_exports(named: set[str], suite: Suite, exports: list[ExportContract]) -> Iterator[str]:
    known = {EVERY_EXPORT, *(contract.export for contract in exports)}
    for name in sorted(named - known):
        yield f"`{name}` is not delivered by {suite.source}, which has {', '.join(sorted(known))}"


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
    return read_file(SuiteFile, path, source, name=path.name)
