"""What a page of links, or a list of files, names. Text only; nothing is asked for."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin


def links(page: str, address: str) -> list[tuple[str, bool]]:
    """Names (as written in the address) one step below it, and whether each is a folder; all else is passed over."""
    reader = _Anchors()
    reader.feed(page)
    found: dict[str, bool] = {}
    for target in reader.targets:
        whole = urldefrag(urljoin(address, target)).url
        name = whole[len(address) :].removesuffix("/")
        if whole.startswith(address) and name and not set("/?") & set(name):
            found[name] = whole.endswith("/")
    return list(found.items())


def listed(text: str) -> dict[str, list[str]]:
    """Instances and their files of a list; a line without a folder is an instance without files."""
    pairs: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            instance, _, name = line.strip().partition("/")
            files = pairs.setdefault(instance, [])
            if name and name not in files:
                files.append(name)
    return pairs


class _Anchors(HTMLParser):
    """Targets of all links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.targets += [value for name, value in attrs if name == "href" and value]
