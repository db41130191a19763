"""The two sides of a restatement by the words of a user: generation numbers, folders, or business dates.

A date may name what was known: `2026-07-31` as known today, `2026-07-31@2026-08-05` as known then. Where no
generation or replay of it is there, it is replayed. Comparing is `publish.restatement`'s.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ingest.errors import PartnerKpiError
from partner_kpi import road
from partner_kpi.known_rates import known_rates
from partner_kpi.replay import plan_replay, replay
from partner_kpi.restatement_notes import keep_note
from partner_kpi.settings import Settings, read_setting
from publish.generation import Generation, list_generations, read_generation
from publish.replays import list_replays
from publish.restatement import Restatement, restate

_DATED = re.compile(r"(?P<as_of>\d{4}-\d{2}-\d{2})(?:@(?P<known_at>.+))?")


class UnknownSideError(PartnerKpiError):
    """The word names no generation, folder or date."""


def restatement(settings: Settings, before: str, after: str, *, narrator: road.Narrator) -> Restatement:
    """What moved from one to the other, and why.

    Raises UnknownSideError, the errors of a replay where one is needed, and those of `restate`.
    """
    sides = [find_side(settings, word, narrator=narrator) for word in (before, after)]
    narrator.tell(f"Comparing {sides[0].directory.name} with {sides[1].directory.name}")
    answer = restate(*sides, rates=known_rates(settings, *sides))
    keep_note(settings, sides)
    return answer


def find_side(settings: Settings, word: str, *, narrator: road.Narrator) -> Generation:
    """The generation or replay that a word names; one of a date is built where it is missing."""
    if word.isdecimal():
        return read_generation(settings.published / f"gen-{int(word):06d}")
    if dated := _DATED.fullmatch(word):
        return _of_date(settings, dated["as_of"], dated["known_at"], narrator)
    folder = Path(word)
    if folder.is_dir():
        return read_generation(folder.resolve())
    known = ", ".join(str(generation.number) for generation in list_generations(settings.published)) or "none yet"
    raise UnknownSideError(
        f"`{word}` names nothing to compare: give the number of a generation ({known}), the folder of a generation or "
        "replay, or a business date like 2026-07-31 or 2026-07-31@2026-08-05T06:00."
    )


def _of_date(settings: Settings, as_of: str, known_at: str | None, narrator: road.Narrator) -> Generation:
    asked = replace(
        settings,
        as_of=read_setting("as_of", as_of, "the side to compare"),
        known_at=read_setting("known_at", known_at, "the side to compare") if known_at else settings.known_at,
    )
    loads = road.ledger(asked)
    plan = plan_replay(asked, loads)
    # What was refused since is nothing that a scorecard knows.
    newest = max(row.load_seq for row in loads if row.verdict == "accepted" and row.load_seq <= plan.known_sequence)
    there = (*reversed(list_generations(settings.published)), *list_replays(settings.replays))
    for generation in there:
        facts = generation.manifest.facts
        known = max((load.load_seq for load in facts.deliveries + facts.policies), default=0)
        if (facts.as_of_date, known) == (plan.as_of, newest):
            return generation
    return read_generation(replay(asked, narrator=narrator).database.parent)
