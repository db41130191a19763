"""How dates and times are written: ISO, epochs, strptime patterns. Which of two numbers is the day is never guessed.

A day above 12 somewhere proves the order; without one, both patterns are named as choices.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.proposal.forms import Reading

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(?P<zone>Z|[+-]\d{2}(:?\d{2})?)?")
_LOOSE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?P<time>[T ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,9})?)?")
_EPOCHS = (("epoch_ms", re.compile(r"\d{12,13}")), ("epoch_s", re.compile(r"\d{9,10}")))
_CLOCK = re.compile(r"(?P<gap>T| )(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2})?(?P<half> ?[AaPp][Mm])?")
_NUMBERS = re.compile(r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"\d{4}(?P<mark>[/.])\d{1,2}(?P=mark)\d{1,2}")
_TOGETHER = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])")
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_NAMED = (
    (re.compile(rf"\d{{1,2}}(?P<mark>[- /]){_MONTH}(?P=mark)(?P<year>\d{{4}}|\d{{2}})"), "%d{mark}{month}{mark}{year}"),
    (re.compile(rf"{_MONTH}(?P<mark> )\d{{1,2}},? (?P<year>\d{{4}})"), "{month} %d, %Y"),
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?(Z|[+-]\d{2}(:?\d{2})?)?$")
_LOSES_TIME = 0.93
_NO_ZONE = "no zone is written: UTC?"


@dataclass(frozen=True, kw_only=True)
class _Patterns:
    """Strptime patterns that fit every text; more than one where the texts do not tell."""

    found: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def read_dates(
    values: tuple[str, ...],
    *,
    needs_time: bool,
    nothing: tuple[str, ...] = (),
    no_date: tuple[str, ...] = (),
    no_epoch: tuple[str, ...] = (),
) -> Reading:
    """The reading of dates, or of times where `needs_time`. The last three are texts that mean `no value`."""
    unset = tuple(value for value in values if value in nothing or value.startswith(no_date))
    texts = tuple(value for value in values if value not in unset) or values
    epoch = _read_epoch(texts, unset, no_epoch)
    if epoch is not None:
        return epoch if needs_time or _is_midnight(texts) else replace(epoch, share=_LOSES_TIME)
    reading = _read_iso(texts, needs_time=needs_time) or _read_patterns(texts, needs_time=needs_time)
    return replace(reading, sentinels=unset if texts != values else ())


def _read_epoch(texts: tuple[str, ...], unset: tuple[str, ...], no_epoch: tuple[str, ...]) -> Reading | None:
    numbers = [text for text in texts if text not in no_epoch]
    for name, form in _EPOCHS:
        if numbers and all(form.fullmatch(text) for text in numbers):
            return Reading(format=name, sentinels=unset + tuple(text for text in texts if text in no_epoch))
    return None


def _is_midnight(texts: tuple[str, ...]) -> bool:
    """No text has a time of day but 0:00."""
    epochs = all(text.isdigit() for text in texts)
    return all(int(text) % 86_400 == 0 if epochs else _MIDNIGHT.search(text) for text in texts)


def _read_iso(texts: tuple[str, ...], *, needs_time: bool) -> Reading | None:
    if all(_ISO_DATE.fullmatch(text) for text in texts):
        return Reading(share=0.0, doubts=("no time of day",)) if needs_time else Reading(format="iso")
    times = [_ISO_TIME.fullmatch(text) for text in texts]
    if all(times):
        name = "iso" if needs_time else "iso_timestamp"
        kept = 1.0 if needs_time or _is_midnight(texts) else _LOSES_TIME
        if all(match and match["zone"] for match in times):
            return Reading(format=name, share=kept)
        return Reading(format=name, zone="UTC", share=kept, doubts=(_NO_ZONE,) if needs_time or kept < 1 else ())
    loose = [_LOOSE.fullmatch(text) for text in texts]
    if not all(loose):
        return None
    timed = [bool(match and match["time"]) for match in loose]
    if not needs_time:
        return Reading(format="iso_unpadded")
    return Reading(format="iso_unpadded", zone="UTC", share=sum(timed) / len(timed), doubts=(_NO_ZONE,))


def _read_patterns(texts: tuple[str, ...], *, needs_time: bool) -> Reading:
    clock, days = _without_clock(texts)
    patterns = _day_patterns(days)
    if clock is None or not patterns.found:
        return Reading(share=0.0)
    if needs_time and not clock:
        return Reading(share=0.0, doubts=("no time of day",))
    zone, doubts = ("UTC", (*patterns.doubts, _NO_ZONE)) if needs_time else (None, patterns.doubts)
    if len(patterns.found) == 1:
        return Reading(format=patterns.found[0] + clock, zone=zone, doubts=doubts)
    suffix = ", zone: UTC" if zone else ""
    choices = tuple(f'format: "{pattern}{clock}"{suffix}' for pattern in patterns.found)
    return Reading(is_open=True, choices=choices, doubts=("which number is the day? No day above 12 tells",))


def _without_clock(texts: tuple[str, ...]) -> tuple[str | None, list[str]]:
    """The pattern of the time of day (None where the texts differ in it), and the texts without it."""
    found = [re.search(rf"{_CLOCK.pattern}$", text) for text in texts]
    if not any(found):
        return "", list(texts)
    kinds = {(m["gap"], bool(m["second"]), (m["half"] or "")[:1] == " ", bool(m["half"])) for m in found if m}
    if not all(found) or len(kinds) != 1:
        return None, []
    gap, seconds, apart, half = next(iter(kinds))
    tail = (":%S" if seconds else "") + (" " if apart else "") + ("%p" if half else "")
    days = [text[: match.start()] for text, match in zip(texts, found, strict=True) if match]
    return f"{gap}{'%I' if half else '%H'}:%M{tail}", days


def _day_patterns(days: list[str]) -> _Patterns:
    if all(_TOGETHER.fullmatch(day) for day in days):
        return _Patterns(found=("%Y%m%d",))
    for form, written in ((_YEAR_FIRST, "%Y{mark}%m{mark}%d"), *_NAMED):
        found = [form.fullmatch(day) for day in days]
        marks = {match["mark"] for match in found if match}
        if all(found) and len(marks) == 1:
            return _named(written, marks.pop(), [m.groupdict() for m in found if m], days)
    found = [_NUMBERS.fullmatch(day) for day in days]
    marks = {match["mark"] for match in found if match}
    if not all(found) or len(marks) != 1:
        return _Patterns(found=())
    return _numbered([m.groupdict() for m in found if m], marks.pop())


def _named(written: str, mark: str, parts: list[dict[str, str]], days: list[str]) -> _Patterns:
    months = {part["month"].lower() for part in parts if part.get("month")}
    short, full = months <= {name[:3] for name in _MONTHS}, months <= set(_MONTHS)
    if months and not (short or full):
        return _Patterns(found=())
    year = "%y" if any(len(part.get("year") or "    ") == 2 for part in parts) else "%Y"
    pattern = written.format(mark=mark, month="%b" if short else "%B", year=year)
    return _Patterns(found=(pattern if any("," in day for day in days) else pattern.replace(",", ""),))


def _numbered(parts: list[dict[str, str]], mark: str) -> _Patterns:
    """Day first, month first, or both as long as no number above 12 tells."""
    ones, twos = [int(part["one"]) for part in parts], [int(part["two"]) for part in parts]
    long = {len(part["year"]) for part in parts}
    if len(long) != 1:
        return _Patterns(found=())
    year = "%Y" if long == {4} else "%y"
    fitting = []
    if max(twos) <= 12 and max(ones) <= 31:
        fitting.append(f"%d{mark}%m{mark}{year}")
    if max(ones) <= 12 and max(twos) <= 31:
        fitting.append(f"%m{mark}%d{mark}{year}")
    if year == "%y" and max(int(part["year"]) for part in parts) <= 31 and fitting:
        return _Patterns(found=(*fitting, f"%y{mark}%m{mark}%d"))
    return _Patterns(found=tuple(fitting))
