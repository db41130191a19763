"""Starting and awaiting children of the forge, from a test or the torture. The warehouse is not known here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended: by a signal or with an exit code; `stopped` where it only halts. `said` is all it printed."""

    said: str
    stopped: bool = False
    signal: int | None = None
    exit: int | None = None

    @property
    def was_killed(self) -> bool:
        return self.signal == signal.SIGKILL


@dataclass(frozen=True, kw_only=True)
class Child:
    """A started process; end it by its id, or let it go on where it halts."""

    pid: int
    output: Path
    anvil: Anvil

    def wait(self) -> Ended:
        return Ended(**self.anvil.ask({"wait": self.pid}), said=self.output.read_text(encoding="utf-8"))

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


class Anvil:
    """The forge's other end."""

    def __init__(self, process: subprocess.Popen[str], outputs: Path) -> None:
        self._process = process
        self._outputs = outputs
        self._count = 0
        self._no_policies = outputs / "no policies"
        self._no_policies.mkdir(exist_ok=True)

    def start(self, step: str, place: Path, *, has_policies: bool = False, **task: Any) -> Child:
        """`place` holds `home` and `inbox`; `task` may say point, nth, sign, file_size, is_unprivileged, options."""
        self._count += 1
        output = self._outputs / f"{self._count:04d}-{step}.txt"
        whole = {"step": step, "home": f"{place}/home", "inbox": f"{place}/inbox", "output": str(output), **task}
        if not has_policies:
            whole["policies"] = str(self._no_policies)
        return Child(pid=self.ask({"start": whole})["pid"], output=output, anvil=self)

    def strike(self, step: str, place: Path, **task: Any) -> Ended:
        """Start and wait."""
        return self.start(step, place, **task).wait()

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def fired(outputs: Path) -> Iterator[Anvil]:
    """A forge for the length of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crashes.forge"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Anvil(process, outputs)
