"""Words that lead nowhere: one clear paragraph, the right exit code, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import PartnerKpiError
from partner_kpi.settings import load_settings
from tests.conftest import CommandLine


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["run", "--inbox", "no/such/inbox"], "There is no inbox at no/such/inbox", 2),
        (["run", "--as-of", "31.8.2026"], "is not a date like 2026-08-31", 2),
        (["explain", "won_amount"], "start with `partner-kpi run`", 1),
    ],
)
def test_wrong_words(arguments: list[str], words: str, code: int, tmp_path: Path, partner_kpi: CommandLine) -> None:
    """The paragraph names what is wrong; the exit code tells usage from failure."""
    done = partner_kpi(*arguments, "--home", str(tmp_path / "home"))
    assert done.returncode == code
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_an_inbox_without_anything_usable(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """Nothing was accepted that a scorecard could come of: exit code 1, and why."""
    (tmp_path / "inbox" / "salesforec").mkdir(parents=True)
    done = partner_kpi("run", "--home", str(tmp_path / "home"), "--inbox", str(tmp_path / "inbox"))
    assert done.returncode == 1
    words = " ".join(done.stderr.split())
    assert "Nothing was accepted yet" in words and "salesforec" in words


def test_a_second_run_at_once_is_told_who_runs(tmp_path: Path, partner_kpi: CommandLine) -> None:
    """One run at a time in a home: the other one is refused and names the process."""
    from partner_kpi.road import hold_home  # noqa: PLC0415

    with hold_home(load_settings(home=tmp_path)):
        done = partner_kpi("run", "--home", str(tmp_path))
    assert done.returncode == 1
    assert "is being written by process" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("reporting_curency = 'EUR'", 'did you mean "reporting_currency"'),
        ("fiscal_year_start = 13", "is not a month from 1 to 12"),
        ("reporting_timezone = 'Mars/Olympus'", "is not an IANA time zone"),
        ("threads = = 2", "does not read as TOML"),
    ],
)
def test_settings_that_do_not_read(text: str, words: str, tmp_path: Path) -> None:
    """A typo in the home's settings names the file, the setting and what would do."""
    (tmp_path / "partner_kpi.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PartnerKpiError, match=r"partner_kpi\.toml") as caught:
        load_settings(home=tmp_path, environment={})
    assert words in str(caught.value)


def test_settings_order(tmp_path: Path) -> None:
    """The command line wins over the environment, the environment over the file."""
    (tmp_path / "partner_kpi.toml").write_text("reporting_currency = 'EUR'\nthreads = 1\n", encoding="utf-8")
    settings = load_settings(
        home=tmp_path, inbox=Path("here"), environment={"PARTNER_KPI_THREADS": "3", "PARTNER_KPI_INBOX": "there"}
    )
    assert (settings.reporting_currency, settings.threads, settings.inbox) == ("EUR", 3, Path("here"))
