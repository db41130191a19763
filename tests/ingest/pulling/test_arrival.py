"""Which files of a folder are complete, what markers and checksums of a server do, and addresses that are none."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from outbox import DEALS, DEALS_FILE, home_of, lay_out, pull, pulled, told
from servers import LOGIN, PASSWORD, Sftp, sftp_server, silent_port

from ingest.pulling.address import RemoteInbox
from ingest.pulling.arrival import list_states
from ingest.pulling.completeness import is_marker
from ingest.pulling.errors import PullError
from partner_kpi import road
from partner_kpi.settings import Settings, SettingsError, load_settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "outbox")


@pytest.fixture
def server(root: Path) -> Iterator[Sftp]:
    with sftp_server(root) as server:
        yield server


def home(folder: Path, server: Sftp, **more: Any) -> Settings:
    url = f"sftp://{LOGIN}@127.0.0.1:{server.port}/"
    return home_of(folder, url, host_keys=server.fingerprint, password=PASSWORD, **more)


def sent_names(settings: Settings) -> list[str]:
    """Files that would be loaded."""
    inbox = road.pull(settings)
    return [each.path.name for each in inbox.deliveries if each.instance == "generic"]


def test_files_that_rest_are_not_waited_for(root: Path, tmp_path: Path) -> None:
    """A file that was last changed before the window is complete; a fresh one is looked at twice."""
    settings = home_of(tmp_path, str(root), rest_seconds=0.3)
    os.utime(root / "generic" / DEALS_FILE, (0, 0))
    begun = time.monotonic()
    assert told(pull(settings)) == "" and time.monotonic() - begun < 0.3
    os.utime(root / "generic" / DEALS_FILE)
    begun = time.monotonic()
    assert pull(settings).leave_out == frozenset() and time.monotonic() - begun >= 0.3


def test_a_growing_local_file_is_left_for_later(root: Path, tmp_path: Path) -> None:
    """It is told, and no delivery; the file beside it is one."""
    lay_out(root, **{"opportunities_2026-08-31.csv": DEALS})
    stop = threading.Event()

    def grow() -> None:
        with (root / "generic" / "opportunities_2026-08-31.csv").open("a") as out:
            while not stop.wait(0.01):
                out.write("x\n")
                out.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        settings = home_of(tmp_path, str(root), rest_seconds=0.2)
        assert "is still being written" in str(road.pull(settings).problems[0])
        assert sent_names(settings) == [DEALS_FILE]
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize("marker", ["{name}.done", "_SUCCESS"])
def test_markers_say_what_is_complete(marker: str, root: Path, tmp_path: Path) -> None:
    """Without one, or with one that is older than the file, a file is left; markers themselves are no deliveries."""
    settings = home_of(tmp_path, str(root), done_marker=marker)
    lies_at = root / "generic" / marker.replace("{name}", DEALS_FILE)
    assert "has no marker" in told(pull(settings)) and sent_names(settings) == []
    lies_at.touch()
    os.utime(lies_at, (1, 1))
    assert "has no marker" in told(pull(settings))
    os.utime(lies_at)
    assert sent_names(settings) == [DEALS_FILE] and road.pull(settings).problems == ()


@pytest.mark.parametrize("marker", ["{name}.done", "_SUCCESS"])
def test_markers_of_a_server(marker: str, root: Path, server: Sftp, tmp_path: Path) -> None:
    """The file comes once it is marked, without two listings; the marker does not come at all."""
    settings = home(tmp_path, server, done_marker=marker, rest_seconds=60)
    assert "has no marker" in told(pull(settings)) and pulled(settings) == {}
    (root / "generic" / marker.replace("{name}", DEALS_FILE)).touch()
    assert told(pull(settings)) == ""
    assert list(pulled(settings)) == [f"generic/{DEALS_FILE}"]


def test_names_of_markers() -> None:
    """The marker of a file needs a file's name in it."""
    assert is_marker("a.csv.done", "{name}.done") and not is_marker(".done", "{name}.done")
    assert is_marker("_SUCCESS", "_SUCCESS") and not is_marker("a_SUCCESS", "_SUCCESS") and not is_marker("a", None)


def test_a_checksum_of_a_server_is_honoured(root: Path, server: Sftp, tmp_path: Path) -> None:
    """A mismatch refuses the file with both digests; delivered again together they come; a gone one is forgotten."""
    settings, checksum = home(tmp_path, server), f"{DEALS_FILE}.sha256"
    lay_out(root, **{checksum: "0" * 64})
    (problem,) = road.pull(settings).problems
    assert f"says sha256 {'0' * 64}, found was {hashlib.sha256(DEALS.encode()).hexdigest()}" in str(problem)
    assert sent_names(settings) == []
    lay_out(root, **{checksum: hashlib.sha256(DEALS.encode()).hexdigest() + "\n"})
    assert sent_names(settings) == [DEALS_FILE] and road.pull(settings).problems == ()
    (root / "generic" / checksum).unlink()
    lay_out(root, **{DEALS_FILE: DEALS * 2})
    assert sent_names(settings) == [DEALS_FILE]
    assert list(pulled(settings)) == [f"generic/{DEALS_FILE}"]


def test_a_checksum_waits_with_its_file(root: Path, server: Sftp, tmp_path: Path) -> None:
    """While the file grows, its new checksum is not fetched either: it would speak against the old copy."""
    settings, grown = home(tmp_path, server), root / "generic" / DEALS_FILE
    pull(settings)
    lay_out(root, **{f"{DEALS_FILE}.md5": "0" * 32})
    server.listing = lambda path: path.endswith("generic") and grown.write_text(grown.read_text() + "x\n")
    assert told(pull(settings)).count("is still being written") == 2
    assert pulled(settings) == {f"generic/{DEALS_FILE}": DEALS}


@pytest.mark.parametrize("kind", ["sftp", "s3", "https"])
def test_a_server_that_says_nothing_is_given_up(kind: str, tmp_path: Path) -> None:
    """After the timeout, in whatever protocol; and the paragraph says who was silent."""
    with silent_port() as port:
        more = {"timeout_seconds": 0.3, "user": "me", "password": PASSWORD, "host_keys": "SHA256:" + "A" * 43}
        address = "s3://bucket/" if kind == "s3" else f"{kind}://127.0.0.1:{port}/"
        settings = home_of(tmp_path, address, endpoint=f"http://127.0.0.1:{port}", **more)
        begun = time.monotonic()
        with pytest.raises(PullError, match=f"127.0.0.1:{port}.*cannot be read.*It was tried once"):
            list_states(settings.inbox, settings.access)
        assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sftp://me:hush@host/in", "holds a login"),
        ("https://me@host/in/", "holds a login"),
        ("s3://key:hush@bucket/in", "holds a login"),
        ("https://host/in/?sig=hush", "may be a key"),
        ("http://host.example.com/in/", "in the clear"),
        ("ftp://host/in", "is none that can be read"),
        ("sftp:///in", "is none that can be read"),
        ("sftp://host/in/../../etc", "climbs"),
        ("https://host/in/%2e%2e/up/", "climbs"),
        ("sftp://host:99999/in", "does not read"),
    ],
)
def test_addresses_that_are_no_inbox(address: str, words: str, tmp_path: Path) -> None:
    """Wherever it is given; what might be a secret is not repeated."""
    with pytest.raises(SettingsError, match="PARTNER_KPI_INBOX: ") as caught:
        load_settings(home=tmp_path, environment={"PARTNER_KPI_INBOX": address})
    assert words in str(caught.value) and "hush" not in str(caught.value)
    with pytest.raises(SettingsError, match="--inbox: "):
        load_settings(home=tmp_path, inbox=address, environment={})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("inbox_password = 'hush'", "must not lie in a file. Give it in the environment: PARTNER_KPI_INBOX_PASSWORD"),
        ("inbox_token = 'hush'", "must not lie in a file"),
        ("inbox_host_keys = 'MD5:aa'", "is not one or more fingerprints like SHA256:"),
        ("inbox_endpoint = 'http://storage.example.com'", "is not an address like https"),
        ("inbox_endpoint = 'https://me:hush@storage.example.com'", "is not an address like https"),
        ("inbox_done_marker = 'done/{name}'", "is not a file name like {name}.done"),
        ("inbox_timeout_seconds = 0", "is not a number of seconds above 0"),
    ],
)
def test_settings_of_an_inbox_that_do_not_read(line: str, words: str, tmp_path: Path) -> None:
    """Credentials come from the environment only, and are not repeated."""
    (tmp_path / "partner_kpi.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(home=tmp_path, environment={})
    assert words in str(caught.value) and "hush" not in str(caught.value)


def test_an_address_reads_as_it_was_written() -> None:
    """What is not an address is a folder."""
    for text in ("sftp://me@host:2222/in/daily", "s3://bucket/a/b", "https://host/in/", "sftp://[::1]:22/"):
        inbox = load_settings(home=Path("home"), inbox=text, environment={}).inbox
        assert isinstance(inbox, RemoteInbox) and str(inbox) == text
    assert load_settings(home=Path("home"), inbox="in/daily", environment={}).inbox == Path("in/daily")


def test_another_address_begins_afresh(server: Sftp, tmp_path: Path) -> None:
    """What was known of one server says nothing of another one; its copies stay."""
    settings = home(tmp_path, server)
    pull(settings)
    server.opened.clear()
    assert isinstance(settings.inbox, RemoteInbox)
    pull(replace(settings, inbox=replace(settings.inbox, path="/.")))
    assert len(server.opened) == 1
