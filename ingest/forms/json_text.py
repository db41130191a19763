"""Strict JSON, and what a record of it is as texts by header.

Numbers stay as they are written (1.10 is 1.10, and no digit of a long one is lost). Refused: a key twice in an object,
NaN and Infinity, nesting that no export has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.errors import FormError

Record = dict[str, str | None]
_DEEPEST = 32
_TOO_DEEP = "is nested deeper than any export is. Ask the sender what it is."


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


class _RefusedError(ValueError):
    """Something in the JSON that is no JSON, or means two things."""


def read_json(text: str, where: str) -> Any:
    """The value of a JSON text, numbers as `_Number`. Raises FormError, beginning with `where`."""
    try:
        return _decoder.decode(text)
    except _RefusedError as error:
        raise FormError(f"{where} {error}. Ask the sender for JSON that says each thing once, in numbers.") from None
    except json.JSONDecodeError as error:
        raise FormError(
            f"{where} is no JSON: {error.msg} at line {error.lineno}, column {error.colno}. It may be cut off; deliver "
            "it again whole."
        ) from None
    except RecursionError:
        raise FormError(f"{where} {_TOO_DEEP}") from None


def flatten(value: Any, where: str) -> Record:
    """The texts of a record by dotted path: {"owner": {"id": 7}} is owner.id = 7. Lists stay JSON. Raises FormError."""
    if not isinstance(value, dict):
        raise FormError(f"{where} is {kind_of(value)} and no object with fields. Deliver each record as an object.")
    record: Record = {}
    for name, text in _fields(value, "", where, 1):
        if name in record:
            raise FormError(f'{where} has two fields that are called "{name}". Ask the sender to rename one.')
        record[name] = text
    return record


def kind_of(value: Any) -> str:
    """What a value is, for messages."""
    names = {dict: "an object", list: "a list", _Number: "a number", str: "a text", bool: "a boolean"}
    return names.get(type(value), "null")


def _fields(value: dict[str, Any], prefix: str, where: str, depth: int) -> Iterator[tuple[str, str | None]]:
    if depth > _DEEPEST:
        raise FormError(f"{where} {_TOO_DEEP}")
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _fields(inner, f"{prefix}{key}.", where, depth + 1)
        else:
            yield prefix + key, None if inner is None else _text(inner)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else written(value)


def written(value: Any) -> str:
    """A value as JSON, numbers as they came."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return _quoted(value)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _RefusedError(f'says "{twice}" twice in one object')
    return held


def _constant(word: str) -> Any:
    raise _RefusedError(f"holds {word}, which is no number in JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=_Number, parse_int=_Number, parse_constant=_constant)
