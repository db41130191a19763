"""An inbox on a real HTTPS server: pages of links or a list of files, its certificate trusted by name, no redirects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from outbox import DEALS, DEALS_FILE, home_of, lay_out, pull, pulled, state_of, told
from servers import PASSWORD, Web, breaking_wire, web_server

from ingest.pulling.web_pages import links
from partner_kpi.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "outbox")


@pytest.fixture
def server(root: Path, tmp_path: Path) -> Iterator[Web]:
    with web_server(root, tmp_path) as server:
        yield server


def home(folder: Path, server: Web, *, path: str = "/", port: int | None = None, **more: Any) -> Settings:
    return home_of(folder, f"https://127.0.0.1:{port or server.port}{path}", ca_bundle=server.certificate, **more)


def test_pages_of_links_are_pulled_once(root: Path, server: Web, tmp_path: Path) -> None:
    """Folders of the first page are instances; a second pull asks for no file, a changed one is fetched."""
    lay_out(root, **{"of 100 %, ä.csv": "x\n"})
    before, settings = state_of(root), home(tmp_path, server)
    assert told(pull(settings)) == ""
    assert pulled(settings) == {f"generic/{DEALS_FILE}": DEALS, "generic/of 100 %, ä.csv": "x\n"}
    server.asked.clear()
    pull(settings)
    assert [each for each in server.asked if each.startswith("GET") and each.endswith("csv")] == []
    assert state_of(root) == before
    lay_out(root, **{DEALS_FILE: DEALS * 2})
    pull(settings)
    assert pulled(settings)[f"generic/{DEALS_FILE}"] == DEALS * 2


def test_a_list_of_files_is_pulled(root: Path, server: Web, tmp_path: Path) -> None:
    """An address without a slash at its end is a list; what it names beside instances or above is told."""
    (root / "files.txt").write_text(
        f"# ours\ngeneric/{DEALS_FILE}\nloose.csv\n../up/x.csv\ngeneric/../up.csv\ngeneric/gone.csv\n"
    )
    settings = home(tmp_path, server, path="/files.txt")
    words = told(pull(settings))
    assert "loose.csv lies beside the instances" in words and words.count("is no plain name") == 2
    assert "gone.csv: the server answered 404" in words
    assert list(pulled(settings)) == [f"generic/{DEALS_FILE}"]


def test_a_certificate_that_is_not_trusted_is_refused(server: Web, tmp_path: Path) -> None:
    """Without the authority nothing is asked of the server, and the login is not sent."""
    settings = home_of(tmp_path, f"https://127.0.0.1:{server.port}/", user="me", password=PASSWORD)
    words = told(pull(settings))
    assert "certificate is not trusted" in words and "inbox_ca_bundle" in words and PASSWORD not in words
    assert server.asked == []


def test_a_login_is_sent_and_not_shown(server: Web, tmp_path: Path) -> None:
    """Name and password, or a token, from the environment; in no message and no file of the home."""
    for more in ({"user": "me", "password": PASSWORD}, {"token": PASSWORD}):
        server.logins.clear()
        settings = home(tmp_path, server, **more)
        assert told(pull(settings)) == ""
        (login,) = server.logins
        assert login is not None and login.startswith("Basic " if "user" in more else f"Bearer {PASSWORD}")
        server.answers[:] = [401]
        words = told(pull(settings))
        assert "answered 401" in words and PASSWORD not in words
    assert all(PASSWORD not in path.read_text() for path in (settings.home / "pulled").rglob("*") if path.is_file())


def test_a_busy_server_is_asked_again_and_a_redirect_is_not_followed(server: Web, tmp_path: Path) -> None:
    """5xx and 429 pass; another address could lead the login elsewhere."""
    settings = home(tmp_path, server)
    server.answers[:] = [503, 429]
    assert told(pull(settings)) == "" and len(pulled(settings)) == 1
    server.answers[:] = [302]
    assert "answered 302" in told(pull(settings))
    assert server.answers == []


def test_a_broken_line_is_healed_by_another_try(root: Path, server: Web, tmp_path: Path) -> None:
    """What was cut off is begun anew and comes whole."""
    text = "0123456789\n" * 100_000
    lay_out(root, **{"long.csv": text})
    with breaking_wire(server.port, cuts=[2_000, 400_000, 500_000]) as port:
        settings = home(tmp_path, server, port=port)
        assert told(pull(settings)) == ""
    assert pulled(settings)["generic/long.csv"] == text


@pytest.mark.parametrize(
    "target",
    ["../up/", "/other/x.csv", "https://elsewhere.example.com/in/x.csv", "?C=N;O=D", "a/b.csv", "", "#top", "."],
)
def test_only_links_one_step_down_count(target: str) -> None:
    """Parents, other servers, sort orders and deeper links of a page are no files of the inbox."""
    page = f'<a href="{target}">x</a><a href="https://host/in/one/">1</a><A HREF="two.csv">2</a>'
    assert links(page, "https://host/in/") == [("one", True), ("two.csv", False)]
