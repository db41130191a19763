"""What goes wrong with an act: a death at a point or after some milliseconds, a disk that is full, a second run.

`known` of an act are its `options`, and the points that it `passed` in the calm home. The answer names what hit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.crashes.anvil import Anvil
from tests.torture.acts import Act

Trouble = Callable[..., str]


def death_at_a_point(random: Random, anvil: Anvil, act: Act, place: Path, **known: Any) -> str:
    """SIGKILL at one of the points that the act came by in the calm home, as often as it takes to come there."""
    passed: list[str] = known["passed"]
    if not passed:
        return ""
    here = random.randrange(len(passed))
    point, nth = passed[here], passed[: here + 1].count(passed[here])
    ended = anvil.strike(act.step, place, options=known["options"], point=point, nth=nth)
    return point if ended.was_killed else ""


def death_at_any_moment(random: Random, anvil: Anvil, act: Act, place: Path, **known: Any) -> str:
    """SIGKILL after up to a second and a half."""
    child = anvil.start(act.step, place, options=known["options"])
    time.sleep(random.uniform(0, 1.5))
    child.kill()
    return "any moment" if child.wait().was_killed else ""


def full_disk(random: Random, anvil: Anvil, act: Act, place: Path, **known: Any) -> str:
    """No file may grow beyond some bytes, a few or some millions."""
    ended = anvil.strike(act.step, place, options=known["options"], file_size=int(10 ** random.uniform(1, 6.7)))
    assert "Traceback" not in ended.said, ended.said
    return "full disk" if ended.exit == 1 else ""


def two_at_once(random: Random, anvil: Anvil, act: Act, place: Path, **known: Any) -> str:
    """Two processes for the same act; one is turned away, or finds the work done."""
    children = [anvil.start(act.step, place, options=known["options"]) for _ in range(2)]
    ends = [child.wait() for child in children]
    assert not any("Traceback" in ended.said for ended in ends), ends
    return "two at once" if any("is being written by process" in ended.said for ended in ends) else ""


TROUBLES: dict[str, Trouble] = {
    "killed at a crash point": death_at_a_point,
    "killed at any moment": death_at_any_moment,
    "no room for a file": full_disk,
    "two runs at once": two_at_once,
}
DEATHS = ("killed at a crash point",) * 2  # more often than the rest
