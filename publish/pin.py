"""A note beside the pointer: somebody went back to an earlier generation, why, and which ones were withdrawn.

It holds as long as the pointer stands where the note says; a publication moves the pointer, and the note is void.
Moving the pointer back is here too; when a build is due although a note holds is `partner_kpi.pinned`'s.
"""

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.crash_points import passing
from publish.errors import UnclearQuestionError
from publish.folder import synchronise
from publish.generation import Generation, current_generation, list_generations, point_to, verify_generation

PIN_NAME = "pinned.json"


class Withdrawn(BaseModel):
    """A generation that readers shall not see again: what it was built for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generation: int
    build_fingerprint: str
    known_sequence: int


class Pin(BaseModel):
    """The note. `pinned_at` is UTC without zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generation: int
    reason: str
    pinned_at: dt.datetime
    withdrawn: tuple[Withdrawn, ...]


def go_back(published: Path, number: int | None, *, reason: str, now: dt.datetime) -> Generation:
    """Point to an earlier generation (None: the one before the current), once its files are what its manifest says.

    The newest generation of all may be named too: then nothing is withdrawn and the note goes. Raises
    UnclearQuestionError where there is no such generation, DamagedGenerationError where it is not whole.
    """
    target = _find(published, number)
    verify_generation(target)
    withdrawn = tuple(
        Withdrawn(
            generation=later.number,
            build_fingerprint=later.manifest.facts.build_fingerprint,
            known_sequence=later.manifest.facts.known_sequence,
        )
        for later in list_generations(published)
        if later.number > target.number
    )
    if withdrawn:
        # First the note, void until the pointer moves: a crash in between changes nothing.
        _write(published, Pin(generation=target.number, reason=reason, pinned_at=now, withdrawn=withdrawn))
        passing("rollback.noted")
    point_to(target.directory)
    if not withdrawn:
        drop_pin(published)
    return target


def read_pin(published: Path) -> Pin | None:
    """The note that holds now, or None. One that does not read holds nothing."""
    try:
        pin = Pin.model_validate_json((published / PIN_NAME).read_bytes())
    except (OSError, ValidationError):
        return None
    current = current_generation(published)
    return pin if current is not None and current.number == pin.generation else None


def drop_pin(published: Path) -> None:
    """Remove the note once the pointer has moved on; it was void already."""
    (published / PIN_NAME).unlink(missing_ok=True)


def _find(published: Path, number: int | None) -> Generation:
    there = list_generations(published)
    current = current_generation(published)
    if number is None:
        # One that readers never saw, because its publisher died before it moved the pointer, is not the one before.
        earlier = [each for each in there if current and each.number < current.number and not _is_twin(each, current)]
        if earlier:
            return earlier[-1]
    found = [each for each in there if each.number == number]
    if found:
        return found[0]
    given = "before" if number is None else str(number)
    choices = [str(each.number) for each in there]
    raise UnclearQuestionError(
        "generation", given, "is not there; there are" if choices else "is not there", choices, "Name one of these."
    )


def _is_twin(one: Generation, other: Generation) -> bool:
    facts, others = one.manifest.facts, other.manifest.facts
    return (facts.build_fingerprint, facts.known_sequence) == (others.build_fingerprint, others.known_sequence)


def _write(published: Path, pin: Pin) -> None:
    beside = published / f".{PIN_NAME}.partial"
    beside.write_text(pin.model_dump_json(indent=2) + "\n", encoding="utf-8")
    synchronise(beside)
    beside.replace(published / PIN_NAME)
    synchronise(published)
