"""dbt in its own process while the run dies: it ends at once, and the next run has the raw file for itself."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

import pytest

from tests.crashes.oracle import content, refute, refute_healed, seen
from tests.crashes.places import Places

POINTS_OF_DBT = ("build.told", "build.running")


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process that is not its own, as Linux can")
@pytest.mark.parametrize("point", POINTS_OF_DBT)
def test_a_build_whose_run_is_killed_ends_at_once(point: str, places: Places, tmp_path: Path) -> None:
    """Whether dbt still reads its project or is in the middle of it; the next run does not know the difference."""
    place = places.copy("loaded", tmp_path / "place")
    before = content(place)
    run = places.anvil.start("run", place, point=point, sign=signal.SIGSTOP)
    halted = run.wait()
    assert halted.stopped, halted
    [dbt] = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text(encoding="ascii").split()
    orphan = os.pidfd_open(int(dbt))
    try:
        run.kill()
        assert run.wait().was_killed
        assert select.select([orphan], [], [], 30)[0] == [orphan]
    finally:
        os.close(orphan)
    refute(place)
    sight = seen(place)
    done = places.anvil.strike("run", place, options={"build": places.build(2)})
    assert done.exit == 0, done
    refute_healed(place)
    assert content(place) == before
    assert seen(place) != sight
