"""An inbox in a bucket of S3, or of storage that speaks like it.

Keys come from the environment and nowhere else: neither profiles nor the machine's own role are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import aiohttp
import s3fs
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError, SSLError
from fsspec.exceptions import FSTimeoutError

from ingest.pulling.access import Access
from ingest.pulling.address import RemoteInbox
from ingest.pulling.errors import LineError, PullError
from ingest.pulling.store import CHUNK, Entry

BLOCK = 8 * CHUNK


class S3Store:
    """Raises PullError where no keys were given. Tries each request once; who asks tries again."""

    def __init__(self, inbox: RemoteInbox, access: Access) -> None:
        if not access.user or not access.password:
            raise PullError(
                f"The inbox {inbox} needs keys: give PARTNER_KPI_INBOX_USER (access key id) and "
                "PARTNER_KPI_INBOX_PASSWORD (secret access key) in the environment."
            )
        self._inbox, self._access = inbox, access
        self._system = s3fs.S3FileSystem(
            key=access.user,
            secret=access.password,
            token=access.token,
            endpoint_url=access.endpoint,
            client_kwargs={"region_name": access.region, "verify": str(access.ca_bundle) if access.ca_bundle else None},
            config_kwargs={
                "connect_timeout": access.timeout_seconds,
                "read_timeout": access.timeout_seconds,
                "retries": {"total_max_attempts": 1},
                **({"s3": {"addressing_style": "path"}} if access.endpoint else {}),
            },
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        self._system.retries = 1

    def entries(self, instance: str | None) -> list[Entry]:
        """Keys under the prefix up to the next slash; the object that stands for the folder itself is left out."""
        folder = self._path(instance)
        with self._faults(folder):
            found = self._system.ls(folder, detail=True, refresh=True)
        named = [(each["name"].rstrip("/")[len(folder) + 1 :], each) for each in found]
        return [_entry(name, each) for name, each in named if name]

    def look(self, instance: str, name: str) -> Entry:
        """The object's size and entity tag."""
        path = self._path(instance, name)
        with self._faults(path):
            return _entry(name, self._system.info(path, refresh=True))

    def chunks(self, instance: str, entry: Entry) -> Iterator[bytes]:
        """The object's bytes; each request names the entity tag of the first, so that two states are never mixed."""
        path = self._path(instance, entry.name)
        with self._faults(path), self._system.open(path, "rb", block_size=BLOCK, cache_type="none") as file:
            while chunk := file.read(BLOCK):
                yield chunk

    def close(self) -> None:
        """Give up the connections."""
        client = self._system._s3
        if client is not None:
            self._system.close_session(self._system.loop, client)

    def _path(self, *names: str | None) -> str:
        return "/".join([self._inbox.host, *filter(None, [self._inbox.path.strip("/"), *names])])

    @contextmanager
    def _faults(self, path: str) -> Iterator[None]:
        where = f"the storage at {self._access.endpoint or 'S3'}"
        try:
            yield
        except (FileNotFoundError, PermissionError, ParamValidationError) as error:
            said = self._access.without_secrets(str(error)) or "there is nothing"
            raise PullError(
                f"{where} does not give {path}: {said}. Check the address, inbox_endpoint, and what the keys may read."
            ) from None
        except SSLError as error:
            raise PullError(
                f"{where} shows a certificate that is not trusted ({error}). Set inbox_ca_bundle to its authority's."
            ) from None
        except (ClientError, BotoCoreError, aiohttp.ClientError, FSTimeoutError, OSError) as error:
            said = self._access.without_secrets(str(error) or type(error).__name__)
            raise LineError(f"{where} cannot be read ({said}).") from error


def _entry(name: str, found: dict[str, Any]) -> Entry:
    kind: Literal["folder", "file"] = "folder" if found["type"] == "directory" else "file"
    tag = found.get("ETag")
    return Entry(name=name, kind=kind, size=found["size"], changed=tag, modified=found.get("LastModified"))
