"""From a vendor file to a mapping, and from an error to the line it stands on.

Every scalar is read as text (so that `Yes`, `0` and `2017-12-31` stay what was written) and typed by the
model. What the keys mean is `ingest.mapping`'s; what the contracts allow is `ingest.mapping_rules`'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from ingest.contracts import Contracts, load_contracts
from ingest.errors import MappingError, likely_twin, twin_hint
from ingest.mapping import FileMapping, VendorMapping
from ingest.mapping_rules import Place, Problem, broken_rules

BUILT_IN = Path(__file__).parent / "vendors"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A YAML file as plain data, and the line of every key in it."""

    path: Path
    data: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Line of the place, else of the nearest thing around it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1


def load_mapping(instance: str, home_vendors: Path | None, *, contracts: Contracts | None = None) -> VendorMapping:
    """The mapping of an instance: `<home_vendors>/<instance>.yaml`, else the built-in one of that name.

    Files of an extended vendor are taken over. Raises MappingError.
    """
    folders = [folder for folder in (home_vendors, BUILT_IN) if folder is not None]
    return _load(instance, folders, contracts or load_contracts(), seen=())


def read_mapping(path: Path, contracts: Contracts) -> VendorMapping:
    """One vendor file, checked against grammar and contracts; `extends` is left as it is.

    Raises MappingError.
    """
    document = read_document(path)
    try:
        mapping = VendorMapping.model_validate(document.data)
    except ValidationError as error:
        problems = [_grammar_problem(tuple(e["loc"]), e["type"], e["msg"], e["input"]) for e in error.errors()]
        raise _refused(document, problems) from None
    problems = list(broken_rules(mapping, contracts))
    if problems:
        raise _refused(document, problems)
    return mapping


def read_document(path: Path) -> Document:
    """The file as plain data with lines. Raises MappingError where it is no YAML or says a key twice."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {path} is not YAML: {error}. Mend it there.") from error
    lines: dict[Place, int] = {}
    return Document(path=path, data={} if node is None else _plain(path, node, (), lines), lines=lines)


def _load(name: str, folders: list[Path], contracts: Contracts, *, seen: tuple[Path, ...]) -> VendorMapping:
    found = [path for folder in folders if (path := folder / f"{name}.yaml").is_file()]
    # An own file may extend the built-in one of its name, so what has been read is passed over.
    fresh = [path for path in found if path not in seen]
    if found and not fresh:
        ring = " -> ".join(path.name for path in (*seen, found[0]))
        raise MappingError(f"The mappings {ring} extend each other in a ring; remove one `extends`.")
    if not found:
        known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
        own = folders[0] / f"{name}.yaml"
        raise MappingError(
            f'There is no mapping "{name}"{twin_hint(name, known)}. Write {own}, for instance with '
            f'"extends: {likely_twin(name, known) or "generic"}"; there are {", ".join(known)}.'
        )
    mapping = read_mapping(fresh[0], contracts)
    if mapping.extends is None:
        return mapping.model_copy(
            update={"vendor": mapping.vendor or name, "files": _alike(fresh[0], mapping, (), contracts)}
        )
    base = _load(mapping.extends, folders, contracts, seen=(*seen, fresh[0]))
    own_patterns = {file.pattern for file in mapping.files}
    files = _alike(fresh[0], mapping, base.files, contracts)
    return mapping.model_copy(
        update={
            "vendor": mapping.vendor or base.vendor,
            "files": files + tuple(file for file in base.files if file.pattern not in own_patterns),
            "ignore_files": mapping.ignore_files + base.ignore_files,
        }
    )


def _alike(
    path: Path, mapping: VendorMapping, base: tuple[FileMapping, ...], contracts: Contracts
) -> tuple[FileMapping, ...]:
    """The mapping's own files, those that say `like` with the exports of the file that they mean."""
    known = {file.pattern: file for file in (*base, *mapping.files) if file.like is None}
    files = []
    for file in mapping.files:
        if file.like is not None and file.like not in known:
            raise MappingError(
                f'The mapping {path} says {file.pattern} is like "{file.like}"{twin_hint(file.like, known)}, which '
                f"is no pattern with exports; there are {', '.join(known) or 'none'}. Mend it there."
            )
        alike = {} if file.like is None else {"exports": known[file.like].exports, "like": None}
        files.append(file.model_copy(update=alike))
    # What is taken over must fit the file that takes it: its as-of column, for instance.
    if problems := list(broken_rules(mapping.model_copy(update={"files": tuple(files)}), contracts)):
        raise _refused(read_document(path), problems)
    return tuple(files)


def _plain(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*place, number)] = item.start_mark.line + 1
        return [_plain(path, item, (*place, number), lines) for number, item in enumerate(node.value)]
    data: dict[str, Any] = {}
    assert isinstance(node, yaml.MappingNode)
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in data:
            raise MappingError(
                f'The mapping {path} says "{key}" twice, in lines {lines[(*place, key)]} and {line}; only '
                "one can "
                "hold. Remove the other."
            )
        lines[(*place, key)] = line
        data[key] = _plain(path, value_node, (*place, key), lines)
    return data


def _grammar_problem(place: Place, kind: str, message: str, value: object) -> Problem:
    where = tuple(step for step in place if step != "[key]")
    if kind != "extra_forbidden":
        said = f" (it says {value!r})" if isinstance(value, str) else ""
        return Problem(place=where, message=f"{message.removeprefix('Value error, ')}{said}")
    known = _known_keys(VendorMapping, where[:-1])
    hint = twin_hint(str(where[-1]), known)
    return Problem(place=where, message=f'"{where[-1]}" is not a key here{hint}; known keys: {", ".join(known)}')


def _known_keys(model: Any, place: Place) -> list[str]:
    """The keys that the model at this place knows."""
    for step in place:
        fields = _fields(model)
        model = fields.get(str(step)) if fields else get_args(model)[-1 if get_origin(model) is dict else 0]
        while get_origin(model) in (Annotated, UnionType, Union):
            parts = get_args(model)
            model = next((part for part in parts if _fields(part) or get_origin(part) in (tuple, dict)), parts[0])
    return list(_fields(model))


def _fields(model: Any) -> dict[str, Any]:
    """Key to type for a model; nothing for any other type."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _refused(document: Document, problems: list[Problem]) -> MappingError:
    said = [
        f"line {document.line(problem.place)}, {'.'.join(map(str, problem.place)) or 'top level'}: {problem.message}"
        for problem in problems[:5]
    ]
    more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
    return MappingError(f"The mapping {document.path} cannot be used. {'; '.join(said)}{more}. Mend the file there.")
