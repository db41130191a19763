"""One build of the marts: a file of its own, made by dbt in a process of its own, with the raw file read-only.

What a build is for (business date, what is known, settings, the models' text) is its fingerprint: nothing changed, no
build. Publishing what was built is `publish`'s; deciding that a build is due is `partner_kpi.road`'s.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ingest.errors import PartnerKpiError
from partner_kpi.settings import PROJECT, Settings

DBT_PROJECT = PROJECT / "dbt"
FILE_NAME = "partner_kpi.duckdb"
DBT = (str(Path(sys.executable).with_name("dbt")),)
PROJECT_ARGUMENTS = ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))
_PROGRESS = re.compile(r"(\d+) of (\d+) (?:OK|PASS|WARN|FAIL|ERROR|SKIP)")


class BuildFailedError(PartnerKpiError):
    """dbt did not finish well: nothing is published."""


@dataclass(frozen=True, kw_only=True)
class BuildPlan:
    """What dbt is called with. `file` is made new; `fingerprint` names everything that decides its content."""

    folder: Path
    file: Path
    variables: Mapping[str, str | int]
    environment: Mapping[str, str]
    fingerprint: str
    as_of: date
    known_sequence: int
    known_at: datetime

    def command(self) -> list[str]:
        """What dbt is asked for: all models and data tests; unit tests belong to the test command."""
        return ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(dict(self.variables))]


def plan_build(settings: Settings, *, as_of: date, known_sequence: int, known_at: datetime) -> BuildPlan:
    """The build for this business date and this much knowledge.

    What changes from run to run reaches dbt by the environment and the build file keeps its name, so that dbt parses
    again only what reads them; settings are variables, and parse everything again when they change.
    """
    variables = settings.reporting()
    decisive = {**variables, "as_of": as_of.isoformat(), "known_sequence": known_sequence}
    digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode())
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.suffix in {".sql", ".yml", ".md"} and "target" not in path.relative_to(DBT_PROJECT).parts:
            digest.update(path.relative_to(DBT_PROJECT).as_posix().encode())
            digest.update(path.read_bytes())
    folder = _build_folder(settings)
    return BuildPlan(
        folder=folder,
        file=folder / FILE_NAME,
        variables=variables,
        environment={
            **_dbt_environment(settings),
            "PARTNER_KPI_AS_OF": as_of.isoformat(),
            "PARTNER_KPI_KNOWN_SEQUENCE": str(known_sequence),
        },
        fingerprint=digest.hexdigest(),
        as_of=as_of,
        known_sequence=known_sequence,
        known_at=known_at,
    )


def manifest_path(settings: Settings) -> Path:
    """Where dbt's manifest of this home lies once it was made."""
    return Path(_dbt_environment(settings)["DBT_TARGET_PATH"]) / "manifest.json"


def make_manifest(settings: Settings) -> Path:
    """Parse the dbt project for those who show its graph. Raises BuildFailedError where it does not parse."""
    done = subprocess.run(
        _parse_command(settings),
        env={**os.environ, **_dbt_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailedError(
            f"The dbt project does not parse. {_first_failure(done.stdout.splitlines(keepends=True))}"
        )
    return manifest_path(settings)


class ParseAhead:
    """dbt reads its project while deliveries are still being taken in, so that the build finds it read.

    Starts once; a parse that fails is silent here, for the build says it again.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start where it was not started yet."""
        if self._process is None:
            self._process = subprocess.Popen(
                _parse_command(self._settings),
                env={**os.environ, **_dbt_environment(self._settings)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def wait(self) -> None:
        """Return when it has ended, or was never started."""
        if self._process is not None:
            self._process.wait()


def _parse_command(settings: Settings) -> list[str]:
    return [*DBT, "parse", *PROJECT_ARGUMENTS, "--vars", json.dumps(settings.reporting())]


def _dbt_environment(settings: Settings) -> dict[str, str]:
    """What is the same for every call of dbt in a home: its profile, and where it writes."""
    dbt_folder = settings.home.absolute() / "dbt"
    return {
        "PARTNER_KPI_BUILD_FILE": str(_build_folder(settings).absolute() / FILE_NAME),
        "PARTNER_KPI_WAREHOUSE": str(settings.warehouse.absolute()),
        "PARTNER_KPI_THREADS": str(settings.threads),
        "PARTNER_KPI_MEMORY_LIMIT": settings.memory_limit,
        "DBT_TARGET_PATH": str(dbt_folder / "target"),
        "DBT_LOG_PATH": str(dbt_folder / "logs"),
        "DO_NOT_TRACK": "1",
    }


def _build_folder(settings: Settings) -> Path:
    return settings.builds / "next"


def clear_builds(settings: Settings) -> None:
    """Remove build files of runs that ended, well or not. The caller holds the run's lock."""
    shutil.rmtree(settings.builds, ignore_errors=True)


def prepare(plan: BuildPlan) -> None:
    """Make the build's empty folder. The caller holds the run's lock."""
    shutil.rmtree(plan.folder, ignore_errors=True)
    plan.folder.mkdir(parents=True)


def run_dbt(plan: BuildPlan, log: Path, *, progress: Callable[[int, int], None]) -> None:
    """`dbt build` of all models and data tests into the plan's file; `progress` hears (done, of).

    Raises BuildFailedError with dbt's own words about the first thing that failed.
    """
    prepare(plan)
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [*DBT, *plan.command(), *PROJECT_ARGUMENTS],
            env={**os.environ, **plan.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        lines = []
        for line in process.stdout or ():
            out.write(line)
            lines.append(line)
            if found := _PROGRESS.search(line):
                progress(int(found[1]), int(found[2]))
        code = process.wait()
    if code:
        raise BuildFailedError(
            f"The marts could not be built; the last published generation stays. {_first_failure(lines)} "
            f"dbt's whole output is in {log}."
        )


def _first_failure(lines: list[str]) -> str:
    for number, line in enumerate(lines):
        if "Failure in" in line or "Encountered an error" in line:
            words = " ".join("".join(lines[number : number + 4]).split())
            return f"dbt says: {re.sub(r'[0-9:]{8} *', '', words).strip()}."
    return "dbt says: " + " ".join("".join(lines[-3:]).split()) + "."
