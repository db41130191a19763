"""Real servers on the loopback address, and a wire between that can break."""

from __future__ import annotations

import asyncio
import functools
import http.server
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LOGIN, PASSWORD = "partner", "hush-hush-7"


@dataclass(kw_only=True)
class Sftp:
    """A server of one folder. `opened` names every file that was asked for; `listing` is called before each listing."""

    port: int = 0
    key: asyncssh.SSHKey
    opened: list[str] = field(default_factory=list)
    listing: Callable[[str], object] = lambda path: None

    @property
    def fingerprint(self) -> str:
        return self.key.get_fingerprint("sha256")

    def known_hosts(self, target: Path, *, port: int | None = None) -> Path:
        public = self.key.export_public_key().decode().strip()
        target.write_text(f"[127.0.0.1]:{port or self.port} {public}\n")
        return target


@contextmanager
def sftp_server(root: Path) -> Iterator[Sftp]:
    """An SFTP server that lets in by password, or by any key that lies in `root`/../authorized_keys."""
    kept = Sftp(key=asyncssh.generate_private_key("ssh-ed25519"))

    class Door(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (LOGIN, PASSWORD)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(root))

        def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
            assert pflags == asyncssh.FXF_READ
            kept.opened.append(path.decode())
            return super().open(path, pflags, attrs)

        async def scandir(self, path: bytes) -> Any:
            kept.listing(path.decode())
            async for name in super().scandir(path):
                yield name

    loop = asyncio.new_event_loop()
    authorized = root.parent / "authorized_keys"

    async def start() -> Any:
        return await asyncssh.create_server(
            Door, "127.0.0.1", 0, server_host_keys=[kept.key], sftp_factory=Files,
            authorized_client_keys=str(authorized) if authorized.is_file() else None,
        )  # fmt: skip

    server = loop.run_until_complete(start())
    kept.port = server.get_port()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield kept
    finally:

        async def stop() -> None:
            server.close()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@dataclass(kw_only=True)
class Web:
    """An HTTPS server of one folder. `answers` are sent in turn before files are; `asked` are the requests."""

    port: int
    certificate: Path
    answers: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    logins: set[str | None] = field(default_factory=set)


@contextmanager
def web_server(root: Path, folder: Path) -> Iterator[Web]:
    """Pages of links as Python's own server makes them; its certificate is its own authority."""
    certificate = self_signed(folder / "web.pem")
    kept = Web(port=0, certificate=certificate)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def send_head(self) -> Any:
            kept.asked.append(f"{self.command} {self.path}")
            kept.logins.add(self.headers["Authorization"])
            if kept.answers:
                self.send_response(kept.answers.pop(0))
                self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            return super().send_head()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(root)))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    kept.port = server.server_port
    thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.02))
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def breaking_wire(port: int, *, cuts: list[int]) -> Iterator[int]:
    """A port that passes everything on to another, but breaks: the first connections after so many bytes came back."""
    listener = socket.create_server(("127.0.0.1", 0))
    ends: list[socket.socket] = []

    def pass_on(source: socket.socket, target: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data if left is None else data[:left])
                if left is not None and (left := left - len(data)) <= 0:
                    break
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", port))
            ends.extend([client, server])
            left = cuts.pop(0) if cuts else None
            threading.Thread(target=pass_on, args=(client, server, None), daemon=True).start()
            threading.Thread(target=pass_on, args=(server, client, left), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for each in ends:
            each.close()


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield int(server.getsockname()[1])


def closed_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def self_signed(target: Path) -> Path:
    """Key and certificate of 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "inbox")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2120, 1, 1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    target.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return target
