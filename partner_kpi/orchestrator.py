"""Starts Dagster as a process of its own, on the loopback address; the command line never imports it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from partner_kpi.settings import PROJECT, Settings
from partner_kpi.warehouse_build import make_manifest


def start_orchestrator(settings: Settings, *, port: int) -> int:
    """Run `dagster dev` until it is stopped; gives its exit code. Dagster keeps its own state under the home."""
    state = settings.home.absolute() / "dagster"
    state.mkdir(parents=True, exist_ok=True)
    make_manifest(settings)
    shutil.copyfile(PROJECT / "dagster_project" / "dagster.yaml", state / "dagster.yaml")
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("dagster")), "dev",
            "--module-name", "dagster_project.definitions",
            "--host", "127.0.0.1",
            "--port", str(port),
        ],
        cwd=PROJECT,
        env={
            **os.environ,
            "DAGSTER_HOME": str(state),
            "PARTNER_KPI_HOME": str(settings.home.absolute()),
            "PARTNER_KPI_INBOX": str(settings.inbox.absolute() if isinstance(settings.inbox, Path) else settings.inbox),
            "DO_NOT_TRACK": "1",
        },
        check=False,
    ).returncode  # fmt: skip
