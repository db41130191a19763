"""What the forge's children do: the steps of the road and its commands, as the command line walks them.

A build with dbt takes tens of seconds, and so do the policies; where a test is not about them, the builder is one that
has its build at hand, and the folder of policies is empty.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from partner_kpi import road
from partner_kpi.dbt_process import DbtProcess, open_dbt
from partner_kpi.quarantine_desk import discard_case, release_case
from partner_kpi.rebuild import rebuild_history
from partner_kpi.refresh import refresh
from partner_kpi.retention import clean_up
from partner_kpi.rollback import rollback
from partner_kpi.settings import Settings
from partner_kpi.terminal import quiet_narrator
from partner_kpi.warehouse_build import BuildPlan, prepare
from publish.manifest import GenerationFacts
from publish.replays import publish_replay

FACTS = GenerationFacts(
    created_at=dt.datetime(2026, 9, 1, 6), as_of_date=dt.date(2026, 8, 5), known_sequence=1,
    known_at=dt.datetime(2026, 9, 1, 5), deliveries=(), policies=(), settings={}, build_fingerprint="by hand",
)  # fmt: skip


class _AtHand(DbtProcess):
    """A builder whose build was made before."""

    def __init__(self, settings: Settings, file: Path) -> None:
        super().__init__(settings)
        self._file = file

    def start(self) -> Any:
        return None

    def build(self, plan: BuildPlan, log: Path, *, progress: Callable[[int, int], None]) -> None:
        prepare(plan)
        shutil.copyfile(self._file, plan.file)


def run(settings: Settings, *, build: str | None = None) -> int:
    """`partner-kpi run --json`; with dbt where no build is at hand."""

    @contextmanager
    def at_hand(_: Settings) -> Iterator[DbtProcess]:
        yield _AtHand(settings, Path(str(build)))

    report = refresh(settings, narrator=quiet_narrator(), builder=at_hand if build else open_dbt)
    print(report.as_json())
    return report.exit_code


def load(settings: Settings) -> int:
    """The beginning of a run, without what comes after."""
    with road.hold_home(settings):
        inbox = road.pull(settings)
        road.load(settings, inbox.deliveries, run_id="load", loaded=lambda _: None)
    return 0


def release(settings: Settings, *, case: str) -> int:
    release_case(settings, case, reason="it is right", by="ada", also_waived=("too_old",))
    return 0


def discard(settings: Settings, *, case: str) -> int:
    discard_case(settings, case, reason="it is wrong", by="ada")
    return 0


def go_back(settings: Settings) -> int:
    rollback(settings, None, reason="the numbers are wrong")
    return 0


def rebuild(settings: Settings) -> int:
    rebuild_history(settings)
    return 0


def retain(settings: Settings, *, now: str) -> int:
    with road.hold_home(settings):
        kept = replace(settings, keep_generations=1, keep_generation_days=1, keep_quarantine_days=1, keep_log_days=1)
        clean_up(replace(kept, keep_original_days=1), road.ledger(settings), now=dt.datetime.fromisoformat(now))
    return 0


def replay(settings: Settings, *, build: str) -> int:
    with road.hold_home(settings):
        publish_replay(Path(build), settings.replays / "asof-2026-08-05", FACTS)
    return 0


STEPS: dict[str, Callable[..., int]] = {
    step.__name__: step for step in (run, load, release, discard, go_back, rebuild, retain, replay)
}
