"""How the texts of a column can be read as a canonical column: format, sentinels, and how many of them fit.

A reading is proven by the values or it says what is in doubt. What cannot be told from the values at all (day or month
first) has no format: it names the choices. Numbers and dates have modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from ingest.contracts import Column
from ingest.proposal.dates import read_dates
from ingest.proposal.forms import Reading
from ingest.proposal.numbers import read_integers, read_numbers
from ingest.proposal.sample import SourceColumn
from ingest.proposal.words import Words

_TRUE = frozenset({"true", "t", "yes", "y", "1", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "off"})
_ODD = 0.75
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SALESFORCE = re.compile(r"(?=.*\d)[0-9A-Za-z]{15}([0-9A-Z]{3})?")


def read_values(column: Column, source: SourceColumn, words: Words) -> Reading:
    """The reading of a source column as this canonical one; `share` is the part of its distinct values that fit."""
    if not source.values:
        empty = Reading(doubts=("no value in the sample",), share=0.9)
        return empty if column.logical_type in ("string", "boolean") else replace(empty, is_open=True)
    reading = _READERS[column.logical_type](column, source.values, words)
    if column.logical_type in ("number", "integer", "boolean"):
        return _with_sentinels(column, source.values, words, reading)
    return reading


def _with_sentinels(column: Column, values: tuple[str, ...], words: Words, reading: Reading) -> Reading:
    """Where texts for `no value` hinder a reading: the reading of the others."""
    found = tuple(value for value in values if value in words.nothing)
    others = tuple(value for value in values if value not in words.nothing)
    if reading.share == 1 or not found or not others:
        return reading
    return replace(_READERS[column.logical_type](column, others, words), sentinels=found)


def _string(column: Column, values: tuple[str, ...], words: Words) -> Reading:
    found = tuple(value for value in values if value in words.nothing)
    texts = tuple(value for value in values if value not in words.nothing) or values
    reading = Reading(sentinels=found if texts != values else ())
    if column.name == "duns":
        return replace(reading, format="duns", share=share(re.sub("[ .-]", "", text).isdigit() for text in texts))
    if column.name.endswith("domain"):
        hosts = {text.removeprefix("https://").removeprefix("http://").split("/")[0] for text in texts}
        own = 0.3 if len(hosts) == 1 < len(texts) else 1.0
        return replace(reading, format="web_domain", share=own * _shaped(column, texts, words))
    if column.allowed:
        unknown = [text for text in texts if text not in column.allowed]
        said = f"{', '.join(unknown[:3])} is none of {', '.join(column.allowed)}: a lookup must translate"
        return replace(reading, share=1 - len(unknown) / len(texts), doubts=(said,) if unknown else ())
    if all(_is_salesforce_id(text) for text in texts):
        return replace(reading, format="salesforce_id")
    fitting = _shaped(column, texts, words)
    if fitting < 1:
        odd = next(text for text in texts if not re.fullmatch(_shape(column, words), text))
        reading = replace(reading, share=max(fitting, _ODD), doubts=(f"values like {odd[:30]!r} have another form",))
    return reading


def _boolean(_: Column, values: tuple[str, ...], __: Words) -> Reading:
    return Reading(share=share(value.lower() in _TRUE | _FALSE for value in values))


def _integer(column: Column, values: tuple[str, ...], _: Words) -> Reading:
    return read_integers(values, minimum=column.minimum)


def _number(column: Column, values: tuple[str, ...], _: Words) -> Reading:
    return read_numbers(values, is_fraction=column.maximum == 1 and column.minimum == 0)


def _when(column: Column, values: tuple[str, ...], words: Words) -> Reading:
    return read_dates(
        values,
        needs_time=column.logical_type == "timestamp",
        nothing=words.nothing,
        no_date=words.no_date,
        no_epoch=words.no_epoch,
    )


def share(fitting: Iterable[bool]) -> float:
    """The part of the tests that hold."""
    tests = list(fitting)
    return sum(tests) / len(tests) if tests else 0.0


def _shape(column: Column, words: Words) -> str:
    return column.pattern or words.shapes.get(column.name) or "(?s:.*)"


def _shaped(column: Column, texts: tuple[str, ...], words: Words) -> float:
    shape = re.compile(_shape(column, words))
    return share(shape.fullmatch(text) is not None for text in texts)


def _is_salesforce_id(text: str) -> bool:
    """15 characters, or 18 whose last three are the check of upper case (as `ingest.parse_formats` has it)."""
    if not _SALESFORCE.fullmatch(text):
        return False
    fives = (text[start : start + 5] for start in (0, 5, 10))
    check = "".join(_CHECK[sum(1 << bit for bit, mark in enumerate(five) if mark.isupper())] for five in fives)
    return text[15:] in ("", check)


_READERS: dict[str, Callable[[Column, tuple[str, ...], Words], Reading]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "date": _when,
    "timestamp": _when,
}
