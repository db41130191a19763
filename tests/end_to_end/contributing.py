"""Follows the worked examples of CONTRIBUTING.md word for word: writes the files that it shows, runs the commands.

A block that follows a line "`path`:" is that file; "Append to `path`:" adds to it; a diff inserts its lines after
the one that stands above them; a console block is run, and what it shows must be said.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^(?P<append>Append to )?`(?P<path>[^`]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A fenced block: what kind it is, the file it speaks of (None for commands), its text."""

    kind: str
    path: str | None
    appends: bool
    text: str


def steps(page: str) -> Iterator[Step]:
    """The blocks of a page in their order."""
    for found in _BLOCK.finditer(page):
        yield Step(kind=found["kind"], path=found["path"], appends=bool(found["append"]), text=found["text"])


def follow(step: Step, project: Path, environment: Mapping[str, str]) -> None:
    """Do in a copy of the project what the step says."""
    if step.kind == "console":
        _run(step.text, project, environment)
        return
    assert step.path is not None, f"a block that names no file: {step.text[:60]}"
    target = project / step.path
    if step.kind == "diff":
        target.write_text(_inserted(target.read_text(encoding="utf-8"), step.text), encoding="utf-8")
    elif step.appends:
        target.write_text(target.read_text(encoding="utf-8") + step.text, encoding="utf-8")
    else:
        assert not target.exists(), f"{step.path} is there already"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(step.text, encoding="utf-8")


def _inserted(text: str, diff: str) -> str:
    above = "".join(line[1:] for line in diff.splitlines(keepends=True) if line.startswith(" "))
    added = "".join(line[1:] for line in diff.splitlines(keepends=True) if line.startswith("+"))
    assert text.count(above) == 1, f"not found once: {above}"
    return text.replace(above, above + added)


def _run(console: str, project: Path, environment: Mapping[str, str]) -> None:
    for part in re.split(r"^\$ ", console, flags=re.M)[1:]:
        command, *shown = part.splitlines()
        done = subprocess.run(
            ["bash", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said = [" ".join(line.split()) for line in (done.stdout + done.stderr).splitlines()]
        for line in shown:
            wanted = " ".join(line.split())
            assert any(wanted in each for each in said), f"{command} does not say: {line}\n{done.stdout}{done.stderr}"
