"""How numbers are written: decimal mark, thousands, per cent, a currency sign. Proven by values, else asked."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.proposal.forms import Reading

_PLAIN = re.compile(r"[+-]?\d+(\.\d*)?")
_SIGNED = re.compile(
    r"(?P<before>[^\d+\-.,\s]{0,4}\s?)(?P<number>[+-]?\d[\d.,'\s\u00a0\u202f]*?)(?P<after>\s?[^\d\s.,]{0,4})"
)
_GROUPED = (
    # mark, thousands, decimal; the first that all values fit and some value proves
    (re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?"), ",", "."),
    (re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?"), ".", ","),
    (re.compile(r"[+-]?(\d{1,3}( \d{3})+|\d+)(,\d*)?"), " ", ","),
    (re.compile(r"[+-]?(\d{1,3}(\u00a0\d{3})+|\d+)(,\d*)?"), "\u00a0", ","),
    (re.compile(r"[+-]?(\d{1,3}(\u202f\d{3})+|\d+)(,\d*)?"), "\u202f", ","),
    (re.compile(r"[+-]?(\d{1,3}('\d{3})+|\d+)(\.\d*)?"), "'", "."),
    (re.compile(r"[+-]?(\d{1,3}( \d{3})+|\d+)(\.\d*)?"), " ", "."),
)
_ONE_GROUP = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")
_ENOUGH = 5
_BARE = re.compile(r"[+-]?\d+")


def read_numbers(values: tuple[str, ...], *, is_fraction: bool) -> Reading:
    """The reading of decimal numbers; `is_fraction` where the column wants 0 to 1."""
    reading, texts = _without_signs(values)
    reading = _marked(texts, reading)
    if reading.is_open or reading.share < 1:
        return reading
    return _as_fraction(texts, reading, values) if is_fraction else _as_amount(texts, reading)


def read_integers(values: tuple[str, ...], *, minimum: float | None) -> Reading:
    """The reading of whole numbers."""
    whole = [re.fullmatch(r"[+-]?\d{1,18}(\.0*)?", value) is not None for value in values]
    low = minimum is not None and any(ok and float(value) < minimum for ok, value in zip(whole, values, strict=True))
    doubts = (f"some are below {minimum:g}",) if low and minimum is not None else ()
    return Reading(format="integer", share=sum(whole) / len(values), doubts=doubts)


def _without_signs(values: tuple[str, ...]) -> tuple[Reading, tuple[str, ...]]:
    """Numbers without the one sign that stands before or after all of them."""
    found = [_SIGNED.fullmatch(value) for value in values]
    signs = {(match["before"].strip(), match["after"].strip()) for match in found if match}
    if not all(found) or len(signs) != 1 or signs == {("", "")}:
        return Reading(format="decimal"), values
    before, after = next(iter(signs))
    pattern = rf"^{re.escape(before)}\s?(.*?)\s?{re.escape(after)}$"
    sign = before or after
    doubt = () if sign == "%" else (f'"{sign}" is left out: which currency is it?',)
    return Reading(format="decimal", regex=pattern, doubts=doubt), tuple(m["number"].strip() for m in found if m)


def _marked(texts: tuple[str, ...], reading: Reading) -> Reading:
    plain = sum(_PLAIN.fullmatch(text) is not None for text in texts) / len(texts)
    dotted = [text for text in texts if not _BARE.fullmatch(text)]
    if dotted and all(_ONE_GROUP.fullmatch(text) for text in dotted):
        mark = "," if "," in dotted[0] else "."
        if all(mark in text for text in dotted):
            return replace(reading, is_open=True, choices=_mark_choices(mark))
    if plain == 1:
        return reading
    for form, thousands, decimal in _GROUPED:
        if all(form.fullmatch(text) for text in texts):
            used = thousands if any(thousands in text for text in texts) else ""
            return replace(reading, thousands=used, decimal=decimal)
    return replace(reading, share=plain)


def _mark_choices(mark: str) -> tuple[str, ...]:
    other = "." if mark == "," else ","
    thousands = f'format: decimal, thousands: "{mark}"' + (f', decimal: "{other}"' if other == "," else "")
    decimal = "format: decimal" + (f', decimal: "{mark}"' if mark == "," else "")
    return thousands, decimal


def _as_fraction(texts: tuple[str, ...], reading: Reading, values: tuple[str, ...]) -> Reading:
    numbers = [abs(float(_pointed(text, reading))) for text in texts]
    if any("%" in value for value in values) or max(numbers) > 1:
        over = ("some are above 100 per cent",) if max(numbers) > 100 else ()
        return replace(reading, format="percent", doubts=over)
    if any(0 < number < 1 for number in numbers):
        return reading
    return replace(reading, doubts=("only 0 and 1: is 1 all, or 1 per cent (format: percent)?",))


def _as_amount(texts: tuple[str, ...], reading: Reading) -> Reading:
    some = [text for text in texts if text.strip("+-0.,")]
    if len(some) >= _ENOUGH and all(_BARE.fullmatch(text) and int(text) % 100 == 0 for text in some):
        return replace(reading, doubts=(*reading.doubts, "whole hundreds only: if these are cents, format: cents"))
    return reading


def _pointed(text: str, reading: Reading) -> str:
    plain = text.replace(reading.thousands, "") if reading.thousands else text
    return plain.replace(reading.decimal, ".")
