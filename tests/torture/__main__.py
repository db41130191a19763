"""`python -m tests.torture --rounds N --seed S`: warehouses that live through random troubles beside a calm twin.

Each act is done once in the calm home, and in the other one only after something went wrong with it. After every
trouble nothing may be broken or mixed; after the act was done again, both homes are equal. Writes docs/reliability.md.
"""

from __future__ import annotations

import argparse
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.crashes.anvil import PROJECT, fired
from tests.crashes.oracle import content, refute, refute_healed, relations
from tests.crashes.places import Places
from tests.torture.acts import Act, random_act
from tests.torture.report import write_report
from tests.torture.trouble import DEATHS, TROUBLES

ACTS = 8


@dataclass(kw_only=True)
class Tally:
    """What was tried, how often it hit, and what was found."""

    rounds: int
    seed: int
    tried: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    asked.add_argument("--rounds", type=int, default=200, help="warehouses to torture")
    asked.add_argument("--seed", type=int, default=1, help="the same seed gives the same acts and troubles")
    asked.add_argument("--report", type=Path, default=PROJECT / "docs" / "reliability.md")
    given = asked.parse_args()
    tally = Tally(rounds=given.rounds, seed=given.seed)
    with TemporaryDirectory() as folder:
        base = Path(folder)
        for name in ("said", "places"):
            (base / name).mkdir()
        with fired(base / "said") as anvil:
            places = Places(anvil, base / "places")
            for number in range(given.rounds):
                with TemporaryDirectory(dir=base) as place:
                    _round(number, places, Path(place), tally)
                print(f"round {number + 1} of {given.rounds}: {len(tally.found)} found", flush=True)
    write_report(given.report, tally)
    raise SystemExit(1 if tally.found else 0)


def _round(number: int, places: Places, base: Path, tally: Tally) -> None:
    """One warehouse from its first delivery on."""
    random = Random(f"{tally.seed}/{number}")
    calm, tortured = (places.copy("first", base / name) for name in ("calm", "tortured"))
    delivered: dict[str, str] = {}
    done: list[str] = []
    for _ in range(ACTS):
        act = random_act(random, places, delivered)
        name = random.choice((*sorted(TROUBLES), *DEATHS))
        done.append(f"{act.name} ({name})")
        trial = partial(_suffer, random, places, act, name, calm, tortured, tally=tally)
        if not _bears(done, number, tally, trial):
            return
    _bears(done, number, tally, partial(_end_well, places, tortured))


def _bears(done: list[str], number: int, tally: Tally, trial: Callable[[], None]) -> bool:
    """Whether the warehouse stands it; what it does not is written down, with all that came before."""
    try:
        trial()
    except Exception:  # whatever it is, it is what we look for
        words = traceback.format_exc(limit=-2)
        tally.found.append(f"seed {tally.seed}, round {number}, {', '.join(done)}: {words}")
        return False
    return True


def _end_well(places: Places, tortured: Path) -> None:
    """A last run in peace leaves nothing of all that behind."""
    last = places.anvil.strike("run", tortured, options={"build": places.build(2)})
    assert last.exit in (0, 3), last
    refute_healed(tortured)


def _suffer(random: Random, places: Places, act: Act, name: str, *homes: Path, tally: Tally) -> None:
    """The act in the calm home, then with the trouble and once more in the other."""
    calm, tortured = homes
    options = {**act.options, **({"build": places.build(1)} if act.step == "replay" else {})}
    before = relations(tortured)
    for place in homes:
        act.prepare(place)
    trodden = calm / "passed"
    wanted = places.anvil.strike(act.step, calm, options=options, footprints=str(trodden))
    assert "Traceback" not in wanted.said, wanted.said
    after = relations(calm)
    tally.acts[act.name] += 1
    tally.tried[name] += 1
    passed = trodden.read_text(encoding="utf-8").split()
    hit = TROUBLES[name](random, places.anvil, act, tortured, options=options, passed=passed)
    tally.hit[name] += bool(hit)
    tally.points[hit] += bool(hit)
    refute(tortured)
    assert relations(tortured) in (before, after), "readers see neither what was nor what will be"
    if act.step != "go_back" or relations(tortured) != after:
        again = places.anvil.strike(act.step, tortured, options=options)
        assert "Traceback" not in again.said, again.said
    refute(tortured)
    assert content(tortured) == content(calm), "the home is not what it is without the trouble"
    assert relations(tortured) == after, "readers do not see what they see without the trouble"


if __name__ == "__main__":
    main()
