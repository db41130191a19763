"""What goes wrong with an act: a death at a point or after some milliseconds, a disk that is full, a second run."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.crashes.anvil import Anvil
from tests.torture.acts import Act

Trouble = Callable[[Random, Anvil, Act, Path, dict[str, Any]], str]


def death_at_a_point(random: Random, anvil: Anvil, act: Act, place: Path, options: dict[str, Any]) -> str:
    """SIGKILL where the process comes by a named point for the first, second or third time."""
    point = random.choice(act.points)
    ended = anvil.strike(act.step, place, options=options, point=point, nth=random.choice((1, 1, 1, 2, 3)))
    return point if ended.was_killed else ""


def death_at_any_moment(random: Random, anvil: Anvil, act: Act, place: Path, options: dict[str, Any]) -> str:
    """SIGKILL after up to a second and a half."""
    child = anvil.start(act.step, place, options=options)
    time.sleep(random.uniform(0, 1.5))
    child.kill()
    return "any moment" if child.wait().was_killed else ""


def full_disk(random: Random, anvil: Anvil, act: Act, place: Path, options: dict[str, Any]) -> str:
    """No file may grow beyond some bytes, a few or some millions."""
    ended = anvil.strike(act.step, place, options=options, file_size=int(10 ** random.uniform(1, 6.7)))
    assert "Traceback" not in ended.said, ended.said
    return "full disk" if ended.exit == 1 else ""


def two_at_once(random: Random, anvil: Anvil, act: Act, place: Path, options: dict[str, Any]) -> str:
    """Two processes for the same act; one is turned away, or finds the work done."""
    children = [anvil.start(act.step, place, options=options) for _ in range(2)]
    ends = [child.wait() for child in children]
    assert not any("Traceback" in ended.said for ended in ends), ends
    return "two at once" if any("is being written by process" in ended.said for ended in ends) else ""


TROUBLES: dict[str, Trouble] = {
    "killed at a crash point": death_at_a_point,
    "killed at any moment": death_at_any_moment,
    "no room for a file": full_disk,
    "two runs at once": two_at_once,
}
