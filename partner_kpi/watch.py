"""A run under watch: its beginning and its end go to the operations log, and whoever should know is told.

What a run does is `partner_kpi.refresh`'s, how a message travels `partner_kpi.alert_channels`'s.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from ingest.errors import PartnerKpiError
from partner_kpi.alerts import alert
from partner_kpi.last_run import STARTED
from partner_kpi.operations import record
from partner_kpi.settings import Settings

STOPPED = "The run was stopped by hand. Nothing is half loaded: run again."


class Watch:
    """Hears from the run when it has the home for itself, and what came of it."""

    def __init__(self, settings: Settings, run_id: str) -> None:
        self._settings = settings
        self._ids = {"run_id": run_id, "process": os.getpid()}
        self._problems: tuple[str, ...] = ()
        self._refused = False
        self.has_begun = False

    def begin(self) -> None:
        """The run holds the home."""
        record(self._settings, "run", result=STARTED, ids=self._ids)
        self.has_begun = True

    def published(self, *, problems: tuple[str, ...], refused: bool) -> None:
        """The run came to its end. `problems` never became deliveries; `refused` where any delivery stands so."""
        self._problems = problems
        self._refused = refused or bool(problems)

    def end(self, error: BaseException | None) -> None:
        """Write how it ended, and alert where that is called for."""
        tell_end(
            self._settings,
            self._ids,
            failure=_words(error) if error else None,
            problems=self._problems,
            refused=self._refused,
            alerting=not isinstance(error, KeyboardInterrupt),
        )


def tell_end(
    settings: Settings,
    ids: Mapping[str, object],
    *,
    failure: str | None,
    problems: tuple[str, ...] = (),
    refused: bool = False,
    alerting: bool = True,
) -> None:
    """Write how a run ended, whoever started it (`ids` with its `run_id`), and alert where that is called for."""
    result = "failed" if failure else "refused" if refused else "well"
    record(settings, "run", result=result, ids=ids, why=failure or " ".join(problems))
    if alerting:
        alert(settings, run_id=str(ids["run_id"]), failure=failure, problems=problems)


@contextmanager
def watched(settings: Settings, run_id: str) -> Iterator[Watch]:
    """Watch the run in the block. One that never got the home (another run has it) is no run."""
    watch = Watch(settings, run_id)
    try:
        yield watch
    except BaseException as error:
        if watch.has_begun:
            with suppress(OSError):  # a full disk must not hide what went wrong
                watch.end(error)
        raise
    watch.end(None)


def _words(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return STOPPED
    if isinstance(error, PartnerKpiError):
        return str(error)
    return f"{type(error).__name__}: {error}"
