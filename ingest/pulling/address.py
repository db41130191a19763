"""Where an inbox is: a folder of this machine, or the address of a server. Reads words; opens nothing.

What opens the server (who we are, what we trust) is `ingest.pulling.access`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from ingest.errors import InboxError

SCHEMES = ("sftp", "s3", "https", "http")
FORMS = "a folder, or sftp://user@host:port/path, s3://bucket/prefix or https://host/path/"


class AddressError(InboxError):
    """An address of an inbox that does not read, or holds what must not stand in an address."""


@dataclass(frozen=True, kw_only=True)
class RemoteInbox:
    """An inbox on a server. `host` is the bucket for S3; `path` begins with a slash, and is decoded for SFTP and S3."""

    scheme: str
    host: str
    port: int | None = None
    user: str | None = None
    path: str = "/"

    def __str__(self) -> str:
        """The address as it was written."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{user}{host}{port}{self.path}"

    @property
    def place(self) -> str:
        """Host and port, for sentences."""
        return f"{self.host}:{self.port}" if self.port else self.host


def read_inbox(text: str) -> Path | RemoteInbox:
    """What the setting `inbox` says. Raises AddressError; never repeats a password."""
    if "://" not in text:
        return Path(text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"The inbox address does not read ({error}). It is {FORMS}.") from None
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    _check_secrets(parts, shown)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise AddressError(f"The inbox address {shown} is none that can be read. It is {FORMS}.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise AddressError(f"The inbox {shown} would be read in the clear. Give its https address.")
    host = parts.netloc.rpartition("@")[2] if parts.scheme == "s3" else parts.hostname
    path = parts.path if parts.scheme.startswith("http") else unquote(parts.path)
    if re.search(r"[\x00-\x1f]", path) or ".." in unquote(path).split("/"):
        raise AddressError(f"The path of the inbox address {shown} climbs or holds control characters. Write it out.")
    return RemoteInbox(scheme=parts.scheme, host=host, port=port, user=parts.username, path=path or "/")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its number or by the name `localhost`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_endpoint(text: str) -> str:
    """The web address of a storage service. Raises AddressError where it is read in the clear, or holds a login."""
    parts = urlsplit(text)
    plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or "@" in parts.netloc or parts.query or not (parts.scheme == "https" or plain):
        raise AddressError(
            "inbox_endpoint is not an address like https://storage.example.com (http only on this machine, no login "
            "and no ? in it). Correct it; keys are given in the environment."
        )
    return text


def _check_secrets(parts: SplitResult, shown: str) -> None:
    if parts.password is not None or (parts.username is not None and parts.scheme != "sftp"):
        raise AddressError(
            f"The inbox address at {shown} holds a login. Take it out of the address: the name is the setting "
            "inbox_user, the password is given in the environment, as PARTNER_KPI_INBOX_PASSWORD."
        )
    if parts.query or parts.fragment:
        raise AddressError(
            f"The inbox address at {shown} goes on after its path (?...), which may be a key. Give the path alone, and "
            "a token in the environment, as PARTNER_KPI_INBOX_TOKEN."
        )
