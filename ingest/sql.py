"""How names, paths and values enter SQL: quoted identifiers, literal file names, bound values.

Every statement of this room is put together with these; no header, file name or cell is ever pasted in as it
is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


def identifier(name: str) -> str:
    """The name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str], *, prefix: str = "") -> str:
    """Quoted names, separated by commas; `prefix` is an alias with its dot."""
    return ", ".join(prefix + identifier(name) for name in names)


def table_name(export: str) -> str:
    """`crm.opportunities` -> `"raw_crm"."opportunities"`."""
    source, _, name = export.partition(".")
    return f"{identifier('raw_' + source)}.{identifier(name)}"


def text_literal(value: str) -> str:
    """The value as an SQL text, for the few places that take no bound value (the target of COPY)."""
    return "'" + value.replace("'", "''") + "'"


def exact_path(path: Path) -> str:
    """The path as a reader's argument: a bound file name still globs, so glob characters are bracketed."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


@dataclass(kw_only=True)
class Values:
    """Bound values of one statement, in the order of their numbers."""

    bound: list[object] = field(default_factory=list)

    def bind(self, value: object) -> str:
        """Remember the value; returns its place holder (`$3`)."""
        self.bound.append(value)
        return f"${len(self.bound)}"
