"""An inbox over SFTP: fsspec's file system on a connection that trusts pinned host keys only.

fsspec as it comes would trust whatever key the server shows; here an unknown key is refused and none is ever kept.
Neither the user's own keys nor an agent are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from ingest.pulling.access import Access
from ingest.pulling.address import RemoteInbox
from ingest.pulling.errors import LineError, PullError
from ingest.pulling.store import CHUNK, Entry

PORT = 22
REQUESTS_AT_ONCE = 64


class SftpStore:
    """Raises PullError where no host key is pinned, or the server shows another one."""

    def __init__(self, inbox: RemoteInbox, access: Access) -> None:
        self._inbox, self._access = inbox, access
        if not access.known_hosts and not access.host_keys:
            raise PullError(
                f"The inbox {inbox} needs its host key pinned: set inbox_known_hosts to a known_hosts file, or "
                "inbox_host_keys to the fingerprint that its operator gives you (SHA256:...)."
            )
        with self._faults(inbox.path):
            self._system = _PinnedSystem(inbox, access)

    def entries(self, instance: str | None) -> list[Entry]:
        """A listing of the folder; links are neither files nor folders."""
        folder = self._path(instance)
        with self._faults(folder):
            return [
                _entry(found, found["name"][len(folder.rstrip("/")) + 1 :]) for found in self._system.ls(folder, True)
            ]

    def look(self, instance: str, name: str) -> Entry:
        """The file's size and time of change."""
        path = self._path(instance, name)
        with self._faults(path):
            return _entry(self._system.info(path), name)

    def chunks(self, instance: str, entry: Entry) -> Iterator[bytes]:
        """The file's bytes, asked for some requests ahead."""
        path = self._path(instance, entry.name)
        with self._faults(path), self._system.open(path, "rb") as file:
            file.prefetch(entry.size, REQUESTS_AT_ONCE)
            while chunk := file.read(CHUNK):
                yield chunk

    def close(self) -> None:
        """Hang up."""
        self._system.client.close()

    def _path(self, *names: str | None) -> str:
        return "/".join([self._inbox.path.rstrip("/"), *(name for name in names if name)]) or "/"

    @contextmanager
    def _faults(self, path: str) -> Iterator[None]:
        where = f"the SFTP server {self._inbox.place}"
        try:
            yield
        except paramiko.BadHostKeyException as error:
            raise PullError(_other_key(self._inbox, error.key)) from None
        except paramiko.AuthenticationException as error:
            raise PullError(
                f"{where} did not let us in as {self._inbox.user or self._access.user}: "
                f"{self._access.without_secrets(str(error))} Check inbox_user, inbox_private_key and the password "
                "in the environment."
            ) from None
        except (FileNotFoundError, PermissionError) as error:
            raise PullError(
                f"{where} does not give {path}: {error.strerror or error}. Check the address and what we may "
                "read there."
            ) from None
        except (UnicodeDecodeError, TypeError) as error:
            raise PullError(
                f"{where} lists {path} with a name that is not UTF-8, or without sizes and times ({error}); nothing of "
                "it is fetched. Have the file renamed."
            ) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            said = self._access.without_secrets(str(error) or type(error).__name__)
            raise LineError(f"{where} cannot be read ({said}).") from error


class _PinnedSystem(SFTPFileSystem):  # type: ignore[misc] # fsspec has no types
    """fsspec's SFTP with our own way in."""

    cachable = False

    def __init__(self, inbox: RemoteInbox, access: Access) -> None:
        self._inbox, self._access = inbox, access
        super().__init__(inbox.host)

    def _connect(self) -> None:
        access, seconds = self._access, self._access.timeout_seconds
        self.client = paramiko.SSHClient()
        try:
            for file in filter(None, [access.known_hosts, access.private_key]):
                if not file.is_file():
                    raise PullError(f"There is no file {file}, which inbox_known_hosts or inbox_private_key names.")
            if access.known_hosts:
                self.client.load_system_host_keys(str(access.known_hosts))
            self.client.set_missing_host_key_policy(_Pinned(self._inbox, access.host_keys))
            self.client.connect(
                self._inbox.host,
                port=self._inbox.port or PORT,
                username=self._inbox.user or access.user,
                password=None if access.private_key else access.password,
                key_filename=str(access.private_key) if access.private_key else None,
                passphrase=access.password if access.private_key else None,
                timeout=seconds,
                banner_timeout=seconds,
                auth_timeout=seconds,
                channel_timeout=seconds,
                allow_agent=False,
                look_for_keys=False,
            )
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(seconds)
        except BaseException:
            self.client.close()
            raise


class _Pinned(paramiko.MissingHostKeyPolicy):  # type: ignore[misc] # paramiko has no types
    """A key that known_hosts does not name passes by its fingerprint, or not at all."""

    def __init__(self, inbox: RemoteInbox, host_keys: tuple[str, ...]) -> None:
        self._inbox, self._host_keys = inbox, host_keys

    def missing_host_key(self, client: object, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        if key.fingerprint not in self._host_keys:
            raise PullError(_other_key(self._inbox, key))


def _other_key(inbox: RemoteInbox, key: paramiko.PKey) -> str:
    return (
        f"the SFTP server {inbox.place} shows the host key {key.fingerprint} ({key.get_name()}), which is not pinned; "
        "nothing was sent or fetched. Somebody may stand between: ask its operator for the fingerprint, and only if it "
        "is this one, put it into inbox_host_keys or the file of inbox_known_hosts."
    )


def _entry(found: dict[str, Any], name: str) -> Entry:
    kind: Literal["folder", "file", "other"] = "other"
    if found["type"] in ("directory", "file"):
        kind = "folder" if found["type"] == "directory" else "file"
    modified = found["mtime"]
    return Entry(name=name, kind=kind, size=found["size"], changed=modified.isoformat(), modified=modified)
