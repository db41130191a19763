"""The operations log: every act has its line, no line is lost, and a torn one costs only itself."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

from partner_kpi.operations import current_user, log_path, read_operations, record, torn_lines
from partner_kpi.settings import Settings, load_settings
from tests.conftest import PROJECT, CommandLine

WRITER = """
import sys
from pathlib import Path
from partner_kpi.operations import record
from partner_kpi.settings import load_settings
settings = load_settings(home=Path(sys.argv[1]), environment={})
for number in range(50):
    record(settings, "load", result="accepted", ids={"writer": sys.argv[2], "number": number}, why="x" * 5000)
"""


def home(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", environment={})


def test_a_line_says_when_who_what_why_and_with_what_result(tmp_path: Path) -> None:
    """One JSON object per line, in UTC, for the owner only."""
    settings = home(tmp_path)
    record(settings, "rollback", result="done", ids={"generation": 3}, why="wrong rates", who="ada")
    record(settings, "erasure", result="done", ids={})
    first, second = (json.loads(line) for line in log_path(settings).read_text().splitlines())
    assert {**first, "when": ""} == {
        "when": "", "who": "ada", "what": "rollback", "result": "done", "why": "wrong rates", "ids": {"generation": 3},
    }  # fmt: skip
    assert first["when"].endswith("Z") and first["when"] <= second["when"]
    assert second["who"] == current_user()
    assert stat.S_IMODE(log_path(settings).stat().st_mode) == 0o600


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four processes append long lines at the same time: each line is there, whole."""
    settings = home(tmp_path)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(settings.home), str(number)], cwd=PROJECT)
        for number in range(4)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 4
    seen = [(operation.ids["writer"], operation.ids["number"]) for operation in read_operations(settings)]
    assert sorted(seen) == sorted((str(writer), number) for writer in range(4) for number in range(50))
    assert len(log_path(settings).read_text().splitlines()) == 200


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    """After a crash in the middle of a line the next entry stands on a line of its own."""
    settings = home(tmp_path)
    record(settings, "load", result="accepted", ids={})
    with log_path(settings).open("a", encoding="utf-8") as log:
        log.write('{"when": "2026-')
    record(settings, "publish", result="published", ids={"generation": 1})
    assert [operation.what for operation in read_operations(settings)] == ["load", "publish"]
    (told,) = torn_lines(settings)
    assert told.startswith("Line 2 of ") and "does not read" in told


def test_a_full_disk_is_no_silence(tmp_path: Path) -> None:
    """A line that the disk takes only in part raises; what was written of it is told as torn, the next one stands."""
    settings = home(tmp_path)
    record(settings, "load", result="accepted", ids={})
    code = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    code += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({log_path(settings).stat().st_size + 40}, -1))\n"
    done = subprocess.run(
        [sys.executable, "-c", code + WRITER, str(settings.home), "1"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "OSError: [Errno 27]" in done.stderr
    record(settings, "publish", result="published", ids={"generation": 1})
    assert [operation.what for operation in read_operations(settings)] == ["load", "publish"]
    assert len(list(torn_lines(settings))) == 1


def test_the_road_logs_each_load(small: Settings, partner_kpi: CommandLine) -> None:
    """Accepted and refused with file and reason, duplicates not; `log` shows the newest of them."""
    loads = [operation for operation in read_operations(small) if operation.what == "load"]
    assert [(each.ids["file"], each.result) for each in loads] == [
        ("opportunities_2026-07-31.csv", "accepted"),
        ("opportunities_2026-08-31.csv", "quarantined"),
    ]
    assert "keys known before" in loads[1].why
    shown = partner_kpi("log", "--home", str(small.home), "--last", "1")
    assert "quarantined" in shown.stdout and "2026-07-31" not in shown.stdout
    (entry,) = json.loads(partner_kpi("log", "--home", str(small.home), "--last", "1", "--json").stdout)
    assert entry["ids"]["load_seq"] == 2
