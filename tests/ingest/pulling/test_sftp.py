"""An inbox on a real SFTP server: fetched once, begun anew where the line breaks, refused where the key is another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from outbox import DEALS, DEALS_FILE, home_of, lay_out, pull, pulled, state_of, told
from servers import LOGIN, PASSWORD, Sftp, breaking_wire, closed_port, sftp_server

from partner_kpi.settings import Settings
from tests.partner_kpi.conftest import load_all


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "outbox")


@pytest.fixture
def server(root: Path) -> Iterator[Sftp]:
    with sftp_server(root) as server:
        yield server


def home(folder: Path, server: Sftp, *, port: int | None = None, **more: Any) -> Settings:
    values = {"host_keys": server.fingerprint, "password": PASSWORD, **more}
    return home_of(folder, f"sftp://{LOGIN}@127.0.0.1:{port or server.port}/", **values)


def test_an_inbox_is_pulled_and_loaded(root: Path, server: Sftp, tmp_path: Path) -> None:
    """The file comes into the home and from there into the ledger; on the server nothing has changed."""
    before, settings = state_of(root), home(tmp_path, server)
    (result,) = load_all(settings)
    assert (result.verdict, result.instance, result.file_name) == ("accepted", "generic", DEALS_FILE)
    (again,) = load_all(settings)
    assert again.verdict == "duplicate"
    assert state_of(root) == before


def test_what_is_known_is_not_fetched_again(root: Path, server: Sftp, tmp_path: Path) -> None:
    """A second pull opens no file; a changed file and a new one are fetched; what has gone there stays here."""
    settings = home(tmp_path, server)
    pull(settings)
    server.opened.clear()
    assert told(pull(settings)) == "" and server.opened == []
    lay_out(root, **{DEALS_FILE: DEALS * 2, "new.csv": "x\n"})
    pull(settings)
    assert sorted(server.opened) == ["/generic/new.csv", f"/generic/{DEALS_FILE}"]
    (root / "generic" / "new.csv").unlink()
    pull(settings)
    assert pulled(settings) == {f"generic/{DEALS_FILE}": DEALS * 2, "generic/new.csv": "x\n"}
    (settings.home / "pulled" / "generic" / DEALS_FILE).unlink()
    pull(settings)
    assert pulled(settings)[f"generic/{DEALS_FILE}"] == DEALS * 2


def test_files_are_for_the_owner_only(server: Sftp, tmp_path: Path) -> None:
    """Copies hold what the deliveries hold: personal data."""
    settings = home(tmp_path, server)
    pull(settings)
    paths = [settings.home / "pulled", *(settings.home / "pulled").rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}
    assert PASSWORD not in (settings.home / "pulled" / ".kept.json").read_text()


def test_a_growing_file_is_left_for_later(root: Path, server: Sftp, tmp_path: Path) -> None:
    """What two listings see differently is not fetched, and told; the file beside it is. Once it rests, it comes."""
    growing = lay_out(root, **{"growing.csv": "x\n"}) / "generic" / "growing.csv"

    def grow(path: str) -> None:
        if path.endswith("generic"):
            growing.write_text(growing.read_text() + "x\n")

    settings, server.listing = home(tmp_path, server), grow
    assert "generic/growing.csv is still being written" in told(pull(settings))
    assert list(pulled(settings)) == [f"generic/{DEALS_FILE}"]
    server.listing = lambda path: None
    assert told(pull(settings)) == ""
    assert pulled(settings)["generic/growing.csv"] == growing.read_text()


def test_an_unknown_host_key_is_refused(server: Sftp, tmp_path: Path) -> None:
    """Neither login nor file was sent; the paragraph names what was shown and what to do. Nothing is remembered."""
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    settings = home(tmp_path, server, host_keys=other)
    words = told(pull(settings))
    assert server.fingerprint in words and "not pinned" in words and "ask its operator" in words
    assert told(pull(settings)) == words and pulled(settings) == {}


def test_host_keys_of_a_known_hosts_file(server: Sftp, tmp_path: Path) -> None:
    """A key that it names opens; another one for the same host is refused; without any pin nobody is asked."""
    good = server.known_hosts(tmp_path / "known_hosts")
    settings = home(tmp_path / "good", server, known_hosts=good, host_keys="")
    assert told(pull(settings)) == "" and len(pulled(settings)) == 1
    server.key = asyncssh.generate_private_key("ssh-ed25519")
    wrong = server.known_hosts(tmp_path / "wrong_hosts")
    settings = home(tmp_path / "wrong", server, known_hosts=wrong, host_keys="")
    before = wrong.read_text()
    assert "not pinned" in told(pull(settings))
    assert wrong.read_text() == before
    assert "needs its host key pinned" in told(pull(home(tmp_path / "none", server, host_keys="")))


@pytest.mark.filterwarnings("ignore:.*bcrypt.kdf")
def test_a_login_by_key(root: Path, tmp_path: Path) -> None:
    """A private key in a file opens, with its passphrase from the environment."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "authorized_keys").write_bytes(key.export_public_key())
    (tmp_path / "key").write_bytes(key.export_private_key("openssh", passphrase=PASSWORD, rounds=1))
    with sftp_server(root) as server:
        settings = home(tmp_path, server, private_key=tmp_path / "key")
        assert told(pull(settings)) == "" and len(pulled(settings)) == 1


def test_a_wrong_password_is_told_without_it(server: Sftp, tmp_path: Path) -> None:
    """One paragraph, one try; the password stands nowhere."""
    settings = home(tmp_path, server, password="not-this-one")
    words = told(pull(settings))
    assert f"did not let us in as {LOGIN}" in words and "not-this-one" not in words + repr(settings) + repr(
        settings.access
    )


def test_a_broken_line_is_healed_by_another_try(root: Path, server: Sftp, tmp_path: Path) -> None:
    """Cut in the middle of a file, twice: the third try brings it whole."""
    text = "".join(f"{number:09d}\n" for number in range(60_000))
    lay_out(root, **{"long.csv": text})
    with breaking_wire(server.port, cuts=[200_000, 300_000]) as port:
        settings = home(tmp_path, server, port=port)
        assert told(pull(settings)) == ""
    assert pulled(settings)["generic/long.csv"] == text
    assert server.opened.count("/generic/long.csv") == 3


def test_a_line_that_stays_broken_leaves_nothing_half(root: Path, server: Sftp, tmp_path: Path) -> None:
    """After five tries one paragraph says so; no part of the file stands under its name, and the next run has it."""
    lay_out(root, **{"long.csv": "0123456789\n" * 60_000})
    with breaking_wire(server.port, cuts=[200_000] * 5) as port:
        settings = home(tmp_path, server, port=port)
        assert "5 tries were made" in told(pull(settings))
        assert pulled(settings) == {}
        assert told(pull(settings)) == ""
    assert len(pulled(settings)) == 2


def test_one_instance_that_cannot_be_read_does_not_stop_the_others(root: Path, server: Sftp, tmp_path: Path) -> None:
    """Its folder is refused by the server; the others' files come, and their load goes on."""
    lay_out(root)
    (root / "hubspot").mkdir()

    def refuse(path: str) -> None:
        if path.endswith("hubspot"):
            raise asyncssh.SFTPPermissionDenied("keep out")

    server.listing = refuse
    settings = home(tmp_path, server)
    arrival = pull(settings)
    assert "does not give /hubspot" in told(arrival) and len(pulled(settings)) == 1


def test_a_server_that_is_not_there_is_one_paragraph(server: Sftp, tmp_path: Path) -> None:
    """What was pulled before is still read."""
    settings = home(tmp_path, server)
    pull(settings)
    gone = home(tmp_path, server, port=closed_port())
    words = told(pull(gone))
    assert "cannot be read" in words and "5 tries were made" in words and "\n" not in words
    assert len(pulled(settings)) == 1


def test_a_run_asks_the_server_once(server: Sftp, tmp_path: Path) -> None:
    """The steps of one run that look again get the same answer, problems included; another run asks anew."""
    listed: list[str] = []
    server.listing = listed.append
    settings = home(tmp_path, server, max_file_mb=1)
    first = pull(settings, "run 1")
    asked = len(listed)
    assert told(pull(settings, "run 1")) == told(first) and len(listed) == asked
    pull(settings, "run 2")
    assert len(listed) > asked


def test_a_name_that_cannot_be_read_is_told(root: Path, server: Sftp, tmp_path: Path) -> None:
    """A folder with a name in Latin-1 is left with a paragraph; the other instance comes."""
    (root / "hubspot").mkdir()
    (Path(os.fsdecode(os.fsencode(root / "hubspot") + b"/caf\xe9.csv"))).write_text("x\n")
    settings = home(tmp_path, server)
    assert "not UTF-8" in told(pull(settings)) and list(pulled(settings)) == [f"generic/{DEALS_FILE}"]


def test_a_file_beyond_the_size_allowed_is_not_fetched(root: Path, server: Sftp, tmp_path: Path) -> None:
    """By what the listing says, before a byte of it comes."""
    lay_out(root, **{"huge.csv": "x" * 1_100_000})
    settings = home(tmp_path, server, max_file_mb=1)
    assert "inbox_max_file_mb allows 1" in told(pull(settings))
    assert server.opened == [f"/generic/{DEALS_FILE}"] and list(pulled(settings)) == [f"generic/{DEALS_FILE}"]
