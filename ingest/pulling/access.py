"""How an inbox on a server is opened: who we are there, what we trust, how long we wait. Values only.

The settings module fills it; credentials come from the environment and show in no representation and no message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

REST_LOCAL, REST_REMOTE = 1.0, 5.0


@dataclass(frozen=True, kw_only=True)
class Access:
    """`password` is the login's, the S3 secret key, or the private key's; `token` a bearer or S3 session token.

    `host_keys` are fingerprints like `SHA256:...`. `rest_seconds` None: as the kind of inbox has it.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    private_key: Path | None = None
    known_hosts: Path | None = None
    host_keys: tuple[str, ...] = ()
    endpoint: str | None = None
    region: str = "us-east-1"
    ca_bundle: Path | None = None
    timeout_seconds: float = 30
    retry_seconds: float = 60
    rest_seconds: float | None = None
    done_marker: str | None = None
    max_file_bytes: int = 2048 * 1024 * 1024

    def without_secrets(self, text: str) -> str:
        """The text of somebody else's error, with every credential in it blotted out."""
        for secret in (self.password, self.token):
            if secret:
                text = text.replace(secret, "(a secret)")
        return text
