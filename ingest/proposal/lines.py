"""The lines of a proposed mapping: what each says, and where it is unsure or a question, in words for a person.

A line that is not active is written as a comment: the loader does not see it until somebody decides. Files and their
order are `ingest.proposal.yaml`'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.proposal.columns import Match
from ingest.proposal.exports import Candidate
from ingest.proposal.sample import Sample, SourceColumn
from ingest.proposal.words import Words

PLACEHOLDER = "HEADER"
Kind = Literal["", "unsure", "question"]
_PLAIN = re.compile(r"[A-Za-z_][\w%./ +-]*[\w%.+]|[A-Za-z_]")
_SAMPLED = 28


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line; `about` is the canonical column or key it decides, empty for a remark."""

    text: str
    about: str = ""
    kind: Kind = ""
    note: str = ""
    is_active: bool = True


def scalar(text: str) -> str:
    """The text as YAML reads it back."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in ("null", "true", "false") and ": " not in text
    return text if plain else json.dumps(text, ensure_ascii=False)


def example(source: SourceColumn) -> str:
    """The first value, short and on one line."""
    text = " ".join(source.example.split())
    return text if len(text) <= _SAMPLED else text[: _SAMPLED - 3] + "..."


def column_lines(candidate: Candidate, sample: Sample, words: Words) -> Iterator[Line]:
    """What `columns` says: the columns found, then those that are missing."""
    for match in candidate.matches:
        yield from _match_lines(match)
    found = {match.column.name for match in candidate.matches}
    read = {match.column.name for match in candidate.matches if not match.reading.is_open}
    used = {match.source.header for match in candidate.matches}
    free = [column for column in sample.columns if column.header not in used and column.values]
    for name in candidate.missing:
        if name not in found:
            column = candidate.contract.column(name)
            left = ", ".join(f"{scalar(one.header)} ({example(one)})" for one in free[:6]) or "none is left"
            note = f"required and not found. {column.description} Which header? Left are: {left}"
            yield Line(text=f"{name}: {PLACEHOLDER}", about=name, kind="question", note=note, is_active=False)
    for name, companion in words.companions.items():
        needed = companion["needs"]
        if name in read and needed not in found and needed in candidate.contract.column_names:
            note = f"{name} has no {needed} beside it. If it is the same for all rows, say which; else name its header"
            yield Line(
                text=f"{needed}: {companion['example']}", about=needed, kind="question", note=note, is_active=False
            )


def export_lines(candidate: Candidate, sample: Sample, words: Words) -> Iterator[Line]:
    """What an export says beside `columns`: key, duplicates, columns to drop."""
    contract = candidate.contract
    key = contract.key[0]
    if candidate.makes_key:
        note = f"no header is {key}; nothing of such a row ever changes, so its hash can stand for it"
        yield Line(text="key: row_hash", about="key", kind="unsure", note=note)
    elif len(contract.key) == 1 and key in candidate.missing and contract.column(key).logical_type == "string":
        note = "if no column identifies a row, the row's number does; its history can then not be followed"
        yield Line(text="key: row_number", about="key", note=note, is_active=False)
    dropped, kept = _unmapped(candidate, sample, words)
    if dropped:
        note = "empty, added by a loader, or data of persons that no number needs"
        listed = ", ".join(_header_pattern(header) for header in dropped)
        yield Line(text=f"ignore_columns: [{listed}]", about="ignore_columns", note=note)
    if kept:
        said = ", ".join(f"{scalar(one.header)} ({example(one)})" for one in kept)
        yield Line(text=f"Kept as JSON, for no canonical column is like it (drop it under ignore_columns): {said}")


def _match_lines(match: Match) -> Iterator[Line]:
    name, reading = match.column.name, match.reading
    doubts = "; ".join((*match.doubts, *reading.doubts)) or _default_doubt(match)
    if reading.is_open:
        choices = reading.choices or tuple(f"format: {form}" for form in _usual_forms(match))
        for number, choice in enumerate(choices):
            shown = f", e.g. {example(match.source)}" if match.source.values else ""
            note = f"{doubts or 'which mark is it'}{shown}; choose" if number == 0 else ""
            text = f"{name}: {{from: {scalar(match.source.header)}, {choice}}}"
            yield Line(text=text, about=name, kind="question" if number == 0 else "", note=note, is_active=False)
        return
    said = {"from": scalar(match.source.header), **{key: _flow(value) for key, value in reading.said.items()}}
    if match.lookup is not None:
        said["lookup"] = "{" + ", ".join(f"{scalar(text)}: {to}" for text, to in match.lookup.items()) + "}"
    if reading.regex is not None:
        said["regex"] = f"{{pattern: {json.dumps(reading.regex, ensure_ascii=False)}}}"
    short = said["from"] if len(said) == 1 else "{" + ", ".join(f"{key}: {value}" for key, value in said.items()) + "}"
    unsure = match.certainty == "unsure"
    yield Line(text=f"{name}: {short}", about=name, kind="unsure" if unsure else "", note=doubts if unsure else "")


def _default_doubt(match: Match) -> str:
    if match.certainty != "unsure":
        return ""
    return f"{match.source.header} is only like it by its words, e.g. {example(match.source)}"


def _usual_forms(match: Match) -> tuple[str, ...]:
    return {"number": ("decimal",), "integer": ("integer",)}.get(match.column.logical_type, ("iso",))


def _flow(value: str | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in value) + "]"
    return scalar(value)


def _unmapped(candidate: Candidate, sample: Sample, words: Words) -> tuple[list[str], list[SourceColumn]]:
    """Headers to drop, and columns that stay as extra."""
    used = {match.source.header for match in candidate.matches}
    names = [column.header for column in sample.columns]
    dropped, kept = [], []
    for column in sample.columns:
        if column.header in used or column.header in dropped:
            continue
        repeated = names.count(column.header) > 1
        if not column.values or not column.header or repeated or _drops(column.header, words):
            dropped.append(column.header)
        else:
            kept.append(column)
    return dropped, kept


def _drops(header: str, words: Words) -> bool:
    return words.is_plumbing(header) or words.is_personal(header)


def _header_pattern(header: str) -> str:
    return scalar(re.escape(header).replace(r"\ ", " ").replace(r"\-", "-"))
