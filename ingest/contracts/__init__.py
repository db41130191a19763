"""The contracts: what each canonical export holds, whoever delivers it.

One file of the Open Data Contract Standard per source stands beside this module; here they become frozen
values. How a vendor's file becomes such an export is a mapping's business (`ingest.mapping`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import yaml
from open_data_contract_standard.model import (
    CustomProperty,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

from ingest.errors import ContractError

# libyaml where the wheel has it: ten times faster, the same safe subset.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Mode = Literal["snapshot", "delta", "rolling", "append"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `type` is DuckDB's, `minimum`/`maximum`/`pattern`/`allowed` are the gate's to check."""

    name: str
    type: str
    logical_type: str
    required: bool
    description: str
    personal: bool
    classification: str
    allowed: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    pattern: str | None


@dataclass(frozen=True, kw_only=True)
class ExportContract:
    """One canonical export; `name` is `<source>.<export>`, `key` and `mode` are the defaults of a mapping."""

    name: str
    source: str
    export: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    mode: Mode
    as_of_required: bool
    due_days: int | None
    version: str

    def column(self, name: str) -> Column:
        """The column of that name (KeyError where there is none)."""
        return next(column for column in self.columns if column.name == name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in contract order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class Contracts:
    """Every export of every source, by its full name."""

    exports: Mapping[str, ExportContract]


@cache
def load_contracts(folder: Path | None = None) -> Contracts:
    """Read every `*.odcs.yaml` of the folder (default: the built-in ones). Raises ContractError."""
    exports: dict[str, ExportContract] = {}
    for path in sorted((folder or Path(__file__).parent).glob("*.odcs.yaml")):
        exports.update(_read_contract(path))
    return Contracts(exports=MappingProxyType(exports))


def _read_contract(path: Path) -> dict[str, ExportContract]:
    text = path.read_text(encoding="utf-8")
    try:
        contract = OpenDataContractStandard(**yaml.load(text, Loader=_LOADER))  # noqa: S506 - a safe one
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise ContractError(f"The contract {path} is not an Open Data Contract: {error}") from error
    source = path.name.removesuffix(".odcs.yaml")
    version = f"{contract.version}+{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    found = [_export(path, source, version, entry) for entry in contract.schema_ or []]
    return {export.name: export for export in found}


def _export(path: Path, source: str, version: str, entry: SchemaObject) -> ExportContract:
    properties = entry.properties or []
    custom = _custom(entry.customProperties)
    mode, due_days = custom.get("mode"), custom.get("due_days")
    name = f"{source}.{entry.name}"
    if mode not in get_args(Mode):
        raise ContractError(f'{path}: {name} has mode "{mode}"; give one of {", ".join(get_args(Mode))}.')
    keys = sorted((p.primaryKeyPosition or 0, p.name or "") for p in properties if p.primaryKey)
    if not keys:
        raise ContractError(f"{path}: {name} has no column with primaryKey; say which columns identify a row.")
    return ExportContract(
        name=name,
        source=source,
        export=entry.name or "",
        description=entry.description or "",
        columns=tuple(_column(path, name, item) for item in properties),
        key=tuple(column for _, column in keys),
        mode=cast("Mode", mode),
        as_of_required=bool(custom.get("as_of_required", False)),
        due_days=None if due_days is None else int(due_days),
        version=version,
    )


def _column(path: Path, export: str, item: SchemaProperty) -> Column:
    if not (item.name and item.physicalType and item.logicalType and item.description and item.classification):
        raise ContractError(
            f"{path}: column {item.name or '?'} of {export} needs name, logicalType, physicalType, "
            "classification and description; add what is missing."
        )
    options: dict[str, Any] = item.logicalTypeOptions or {}
    allowed = [
        str(value)
        for rule in item.quality or []
        if rule.metric == "invalidValues"
        for value in (rule.arguments or {}).get("validValues", [])
    ]
    return Column(
        name=item.name,
        type=item.physicalType,
        logical_type=item.logicalType,
        required=bool(item.required),
        description=item.description,
        personal=item.classification == "personal",
        classification=item.classification,
        allowed=tuple(allowed),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
    )


def _custom(properties: list[CustomProperty] | None) -> dict[str, Any]:
    return {str(item.property): item.value for item in properties or []}
