"""The key of the pseudonyms: from the environment, else made once in the home; and what hangs on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest

from partner_kpi.pseudonyms import KEY_NAME, KeyUnusableError, ensure_key, find_key
from partner_kpi.settings import Settings, SettingsError, load_settings
from partner_kpi.warehouse_build import plan_build

GIVEN = "a key of forty characters, from a vault."


def at(home: Path, **environment: str) -> Settings:
    return load_settings(home=home, environment=environment)


def fingerprint(settings: Settings) -> str:
    plan = plan_build(settings, as_of=date(2026, 8, 31), known_sequence=1, known_at=datetime(2026, 9, 1))
    return plan.fingerprint


def test_a_home_makes_its_key_once_for_its_owner_only(tmp_path: Path) -> None:
    """Sixty-four random digits; the second call reads them."""
    home = tmp_path / "home"
    assert find_key(at(home)) is None
    key = ensure_key(at(home))
    assert len(key) == 64 and ensure_key(at(home)) == key
    assert [path.name for path in home.iterdir()] == [KEY_NAME]
    assert (home / KEY_NAME).stat().st_mode & 0o777 == 0o600
    assert ensure_key(at(tmp_path / "other")) != key


def test_runs_that_start_at_once_agree_on_a_key(tmp_path: Path) -> None:
    """The first file under the name counts, whoever wrote it."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: ensure_key(at(tmp_path)), range(32)))
    assert len(keys) == 1


def test_the_environment_wins_and_no_file_is_made(tmp_path: Path) -> None:
    """A key from outside stays outside."""
    settings = at(tmp_path, PARTNER_KPI_PSEUDONYM_KEY=GIVEN)
    assert ensure_key(settings) == GIVEN.encode()
    assert list(tmp_path.iterdir()) == []
    assert GIVEN not in repr(settings)


def test_a_key_is_long_and_lies_in_no_settings_file(tmp_path: Path) -> None:
    """A short one is refused without being shown, and so is one in the TOML."""
    with pytest.raises(SettingsError, match=r"\(a secret\) is not a text of 32 characters") as raised:
        at(tmp_path, PARTNER_KPI_PSEUDONYM_KEY="too short")
    assert "too short" not in str(raised.value)
    (tmp_path / "partner_kpi.toml").write_text(f'pseudonym_key = "{GIVEN}"', encoding="utf-8")
    with pytest.raises(SettingsError, match="must not lie in a file"):
        at(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff" * 64])
def test_a_broken_key_file_is_refused(content: bytes, tmp_path: Path) -> None:
    """A key made up in its place would change every pseudonym without a word."""
    (tmp_path / KEY_NAME).write_bytes(content)
    with pytest.raises(KeyUnusableError, match="Put it back from a backup"):
        ensure_key(at(tmp_path))


def test_another_key_is_another_build(tmp_path: Path) -> None:
    """What is published under the old one is not taken for it; the fingerprint does not tell the key."""
    one, other = (at(tmp_path, PARTNER_KPI_PSEUDONYM_KEY=key) for key in (GIVEN, GIVEN[::-1]))
    assert fingerprint(one) == fingerprint(one) != fingerprint(other)
    assert GIVEN not in str(plan_build(one, as_of=date(2026, 8, 31), known_sequence=1, known_at=datetime(2026, 9, 1)))
