"""An inbox over HTTPS: pages that link to what lies in them, or a list of files, one `<instance>/<name>` a line.

An address that ends in a slash is a page of links, any other a list. Only links one step down count. Redirects are
refused: they could lead the login to another server.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, unquote, urljoin

import aiohttp
from fsspec.exceptions import FSTimeoutError
from fsspec.implementations.http import HTTPFileSystem

from ingest.pulling.access import Access
from ingest.pulling.address import RemoteInbox
from ingest.pulling.errors import LineError, PullError
from ingest.pulling.store import CHUNK, Entry, check_name
from ingest.pulling.web_pages import links, listed

LARGEST_PAGE = 16 * CHUNK
TOO_MANY_REQUESTS, SERVER_ERRORS = 429, 500


class WebStore:
    """Raises PullError where the file of inbox_ca_bundle cannot be read."""

    def __init__(self, inbox: RemoteInbox, access: Access) -> None:
        self._inbox, self._access = inbox, access
        self._base = urljoin(str(inbox), ".")
        self._system = HTTPFileSystem(
            get_client=_client_maker(access),
            allow_redirects=False,
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def entries(self, instance: str | None) -> list[Entry]:
        """Folders of the inbox, or files of an instance with what the server says of each."""
        if not str(self._inbox).endswith("/"):
            pairs = listed(self._page(str(self._inbox)))
            if instance is None:
                return [Entry(name=name, kind="folder" if inside else "file") for name, inside in pairs.items()]
            return [self._looked_at(instance, name) for name in pairs.get(instance, ())]
        address = self._base if instance is None else self._address(instance) + "/"
        found = [(unquote(name), is_folder) for name, is_folder in links(self._page(address), address)]
        if instance is None:
            return [Entry(name=name, kind="folder") for name, is_folder in found if is_folder]
        return [
            Entry(name=name, kind="folder") if is_folder else self._looked_at(instance, name)
            for name, is_folder in found
        ]

    def look(self, instance: str, name: str) -> Entry:
        """What the server says of a file without sending it."""
        address = self._address(instance, name)
        with self._faults(address):
            said = self._system.info(address)
        modified = _moment(said.get("Last-Modified"))
        if said.get("size") is None:
            raise PullError(
                f"{address}: the server does not say how long the file is, so nobody can tell whether it is complete. "
                "Let it send Content-Length."
            )
        changed = said.get("ETag") or said.get("Last-Modified")
        return Entry(name=name, kind="file", size=said["size"], changed=changed, modified=modified)

    def chunks(self, instance: str, entry: Entry) -> Iterator[bytes]:
        """The file's bytes."""
        yield from self._chunks(self._address(instance, entry.name))

    def close(self) -> None:
        """Give up the connection."""
        session = self._system._session
        if session is not None:
            self._system.close_session(self._system.loop, session)

    def _looked_at(self, instance: str, name: str) -> Entry:
        """A file that is named but not given is told, and stops no other; one without a plain name is not asked for."""
        try:
            check_name(name, instance)
            return self.look(instance, name)
        except LineError:
            raise
        except PullError as error:
            return Entry(name=name, kind="other", fault=str(error))

    def _address(self, *names: str) -> str:
        return self._base + "/".join(quote(name, safe="") for name in names)

    def _page(self, address: str) -> str:
        page = b""
        for chunk in self._chunks(address):
            page += chunk
            if len(page) > LARGEST_PAGE:
                raise PullError(f"{address} is longer than a page of links ever is. Check the address of the inbox.")
        return page.decode("utf-8", "replace")

    def _chunks(self, address: str) -> Iterator[bytes]:
        # A block size of 0 streams; any size keeps fsspec from asking for it first.
        with self._faults(address), self._system.open(address, "rb", block_size=0, size=1) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    @contextmanager
    def _faults(self, address: str) -> Iterator[None]:
        try:
            yield
        except (aiohttp.ClientError, FSTimeoutError, OSError) as error:
            cause = error.__cause__ if isinstance(error, FileNotFoundError) and error.__cause__ else error
            raise self._said(cause, address) from None

    def _said(self, error: BaseException, address: str) -> PullError:
        """fsspec wraps some answers into a FileNotFoundError: what the server said decides."""
        if isinstance(error, aiohttp.ClientResponseError):
            said = f"{address}: the server answered {error.status} {error.message}."
            if error.status == TOO_MANY_REQUESTS or error.status >= SERVER_ERRORS:
                return LineError(said)
            return PullError(f"{said} Check the address of the inbox (redirects are not followed) and its login.")
        if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
            return PullError(
                f"{address}: the server's certificate is not trusted ({error}). Set inbox_ca_bundle to its authority's."
            )
        said = self._access.without_secrets(str(error) or type(error).__name__)
        return LineError(f"{address} cannot be read ({said}).")


def _client_maker(access: Access) -> Callable[..., Any]:
    """Makes the session within fsspec's loop: timeouts, login, trusted authorities."""
    try:
        trusted = ssl.create_default_context(cafile=access.ca_bundle)
    except OSError as error:
        raise PullError(
            f"inbox_ca_bundle: {access.ca_bundle} holds no certificates that can be read ({error})."
        ) from None
    headers = {"Accept-Encoding": "identity", "User-Agent": "partner-kpi"}
    if access.token:
        headers["Authorization"] = f"Bearer {access.token}"
    login = aiohttp.BasicAuth(access.user, access.password or "") if access.user and not access.token else None
    seconds = access.timeout_seconds

    async def make(loop: object) -> aiohttp.ClientSession:  # noqa: ARG001 - the running one
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusted),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=seconds, sock_read=seconds),
            headers=headers,
            auth=login,
            raise_for_status=_raise_unless_ok,
        )

    return make


async def _raise_unless_ok(response: aiohttp.ClientResponse) -> None:
    if response.status != 200:
        raise aiohttp.ClientResponseError(
            response.request_info, (), status=response.status, message=response.reason or ""
        )


def _moment(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
