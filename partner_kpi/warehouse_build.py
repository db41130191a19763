"""One build of the marts: a file of its own, made by dbt with the raw file read-only, and what dbt is called with.

What a build is for (business date, what is known, settings, the models' text) is its fingerprint: nothing changed, no
build. The process that builds is `dbt_process`'s; publishing what was built is `publish`'s; deciding that a build is
due is `partner_kpi.road`'s.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ingest.erased import count_erased
from ingest.errors import PartnerKpiError
from ingest.warehouse import open_warehouse
from partner_kpi.pseudonyms import ensure_key, key_digest
from partner_kpi.settings import PROJECT, Settings

DBT_PROJECT = PROJECT / "dbt"
FILE_NAME = "partner_kpi.duckdb"
DBT = str(Path(sys.executable).with_name("dbt"))
PROJECT_ARGUMENTS = ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))


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
    decisive |= {"pseudonym_key": key_digest(ensure_key(settings)), "erased": _erased(settings)}
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
            **dbt_environment(settings),
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
    return Path(dbt_environment(settings)["DBT_TARGET_PATH"]) / "manifest.json"


def make_manifest(settings: Settings) -> Path:
    """Parse the dbt project for those who show its graph. Raises BuildFailedError where it does not parse."""
    done = subprocess.run(
        [DBT, *parse_arguments(settings)],
        env={**os.environ, **dbt_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailedError(
            f"The dbt project does not parse. {first_failure(done.stdout.splitlines(keepends=True))}"
        )
    return manifest_path(settings)


def parse_arguments(settings: Settings) -> list[str]:
    """What dbt is asked for when it only reads its project."""
    return ["parse", *PROJECT_ARGUMENTS, "--vars", json.dumps(settings.reporting())]


def dbt_environment(settings: Settings) -> dict[str, str]:
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


def _erased(settings: Settings) -> int:
    """How many entries the list of erased people has: one more, and the same loads give other marts."""
    if not settings.warehouse.is_file():
        return 0
    with open_warehouse(settings.warehouse, read_only=True) as connection:
        return count_erased(connection)


def _build_folder(settings: Settings) -> Path:
    return settings.builds / "next"


def clear_builds(settings: Settings) -> None:
    """Remove build files of runs that ended, well or not. The caller holds the run's lock."""
    shutil.rmtree(settings.builds, ignore_errors=True)


def prepare(plan: BuildPlan) -> None:
    """Make the build's empty folder. The caller holds the run's lock."""
    shutil.rmtree(plan.folder, ignore_errors=True)
    plan.folder.mkdir(parents=True)


def first_failure(lines: list[str]) -> str:
    """What dbt's output says about the first thing that failed, as one sentence."""
    for number, line in enumerate(lines):
        if "Failure in" in line or "Encountered an error" in line:
            words = " ".join("".join(lines[number : number + 4]).split())
            return f"dbt says: {re.sub(r'[0-9:]{8} *', '', words).strip()}."
    return "dbt says: " + " ".join("".join(lines[-3:]).split()) + "."
