"""docs/reliability.md: what was tried, how often, and what was found. The words here, the numbers from the torture."""

# ruff: noqa: E501 - prose of a page

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Protocol

from ingest.crash_points import POINTS

_HEAD = """# Reliability

Written by `make torture` (`python -m tests.torture --rounds N --seed S`). It does at random, many times, what `make test` does once at each place.

A round is a warehouse from its first delivery on, and beside it a calm twin that is given the same. For {acts} acts in a row (deliveries new,
late, corrected, repeated and cut off; runs that publish; releases, discards, rollbacks, rebuilds, replays, clean-ups) something goes wrong in the one:
its process is killed, its disk is full, or two of it start at once. After each trouble every published file is what its manifest says, readers see one whole
generation, the one before or the one after, and history, ledger and archive pass `status --verify`. Then the act is done again, as cron
would, and both homes hold the same rows, the same ledger and the same published tables.

What is real: processes, signals, files, the gate, DuckDB. dbt is not asked for a build here, which takes most of a minute; its death with its run has tests
of its own (`tests/crashes/test_dbt_dies_too.py`). A loss of power that takes back what the disk had acknowledged is not tried.
"""

# Defects that these tests have shown since they exist, each with what was done about it.
_MENDED = (
    "A disk that fills up takes part of a write and says so; the copy of a delivery did not listen, and a file could be archived and read cut "
    "off. Every byte is written now, or the run fails.",
    "A crash or a full disk while the first raw file was made left one that never opened again. It is made beside its place now.",
    "Closing the database after the disk had ended said nothing of it. The first raw file is written out before it is closed, and the run hears of it.",
    "The end of a disk in the database reached people as a traceback, also in a rebuild. It is one paragraph now.",
    "dbt went on building after its run was killed, and kept the raw file from the next run. It ends with its run now.",
    "A disk that ended while a delivery was read made that delivery a refused one, and the next run would not read it again. It is the run that fails now.",
    "A removal that died before its line in the operations log was a missing file to `status --verify` for ever. The line comes first now.",
    "A load, decision, publication or rollback that died before its line stayed without one. The next run writes it.",
    "A delivery's bytes stayed on the workbench when the run died after its commit. The next load clears it.",
    "A generation that no reader ever saw, because its publisher died before it moved the pointer, was what a rollback went back to. "
    "A rollback passes over it.",
)


class Told(Protocol):
    """What the torture counted."""

    rounds: int
    seed: int
    tried: Counter[str]
    hit: Counter[str]
    points: Counter[str]
    acts: Counter[str]
    found: list[str]


def write_report(target: Path, tally: Told) -> None:
    """Write the page."""
    target.write_text(as_text(tally), encoding="utf-8")


def as_text(tally: Told) -> str:
    """The page."""
    acts_in_a_round = round(sum(tally.acts.values()) / max(tally.rounds, 1)) or "several"
    troubles = [(name, tally.tried[name], tally.hit[name]) for name in sorted(tally.tried)]
    acts = sorted(tally.acts.items())
    points = [(f"`{point}`", sentence, tally.points[point]) for point, sentence in POINTS.items()]
    found = [f"- {' '.join(each.split())}" for each in tally.found] or ["Nothing."]
    return "\n".join(
        [
            _HEAD.format(acts=acts_in_a_round),
            f"## {tally.rounds} rounds, seed {tally.seed}\n",
            *_table(("trouble", "tried", "it hit"), troubles),
            *_table(("act", "times"), acts),
            "## Found in these rounds\n",
            *found,
            "\n## Found before, and mended\n",
            *(f"- {each}" for each in _MENDED),
            "\n## Crash points, and how often a process was killed there\n",
            *_table(("point", "what has happened by then", "killed"), points),
        ]
    )


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]] | list[tuple[str, int]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [*("| " + " | ".join(map(str, line)) + " |" for line in lines), ""]
