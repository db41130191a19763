"""dbt's process: it ends whatever happens to the run that started it, and says why where it fails."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from partner_kpi.dbt_process import open_dbt
from partner_kpi.settings import Settings, load_settings
from partner_kpi.warehouse_build import BuildFailedError, manifest_path, plan_build

ABANDONED = """
import os, signal, sys
from pathlib import Path
from partner_kpi.dbt_process import open_dbt
from partner_kpi.settings import load_settings
with open_dbt(load_settings(home=Path(sys.argv[1]))) as dbt:
    print(dbt.start().pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home that holds nothing; what dbt reads once is kept in it."""
    return load_settings(home=tmp_path_factory.mktemp("home"))


def test_without_a_build_the_process_ends_when_the_run_does(tmp_path: Path) -> None:
    """A run that comes to nothing does not wait for dbt to read its project, which would leave a manifest."""
    settings = load_settings(home=tmp_path)
    with open_dbt(settings) as dbt:
        process = dbt.start()
        assert dbt.start() is process, "it is started once"
    assert process.returncode is not None
    assert not manifest_path(settings).exists()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process that is not its own, as Linux can")
def test_a_run_that_is_killed_leaves_no_process(settings: Settings) -> None:
    """What waits for its task sees that nobody is there to give it."""
    run = subprocess.run(
        [sys.executable, "-c", ABANDONED, str(settings.home)], capture_output=True, text=True, check=False
    )
    try:
        orphan = os.pidfd_open(int(run.stdout))
    except ProcessLookupError:
        return
    try:
        assert select.select([orphan], [], [], 120)[0] == [orphan]
    finally:
        os.close(orphan)


def test_a_build_that_fails_says_so_in_dbts_words(settings: Settings, tmp_path: Path) -> None:
    """Here there is no warehouse to read; the error is a paragraph, and the log holds all that dbt said."""
    plan = plan_build(settings, as_of=date(2026, 8, 31), known_sequence=1, known_at=datetime(2026, 9, 1))
    log = tmp_path / "dbt.log"
    with open_dbt(settings) as dbt, pytest.raises(BuildFailedError, match=r"^The marts could not be built") as raised:
        dbt.build(plan, log, progress=lambda _done, _of: None)
    assert "\n" not in str(raised.value)
    assert "warehouse.duckdb" in log.read_text(encoding="utf-8")
