"""Pseudonyms of people: a keyed hash (HMAC-SHA256) that stands in the marts for what a contract classifies as personal.

The key is the setting `pseudonym_key`, from the environment only, else a file in the home that is made once, for its
owner only. Whoever has the key can tell whether a pseudonym is that of a person they know; nobody can without it. In a
build dbt computes the same (`partner_kpi.dbt_pseudonyms`, macro `pseudonym`).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from ingest.errors import PartnerKpiError
from ingest.keyed_hash import keyed_hash
from partner_kpi.settings import Settings
from partner_kpi.settings_values import SHORTEST_KEY

KEY_NAME = "pseudonym.key"
DIGITS = 32


class KeyUnusableError(PartnerKpiError):
    """The key file of the home is not what was written into it."""


def pseudonym(key: bytes, instance: str, value: str) -> str:
    """The first 128 bits of HMAC-SHA256 over `instance:value`, in hexadecimal digits (RFC 2104, section 5)."""
    return keyed_hash(key, f"{instance}:{value}")[:DIGITS]


def find_key(settings: Settings) -> bytes | None:
    """The key, or None where no home has one yet. Raises KeyUnusableError."""
    if settings.pseudonym_key is not None:
        return settings.pseudonym_key.encode()
    path = key_path(settings.home)
    try:
        key = path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        key = ""
    if len(key) < SHORTEST_KEY:
        raise KeyUnusableError(
            f"{path} is no key any more. Put it back from a backup; or remove it, and the next run makes another one, "
            "under which every pseudonym is a new one."
        )
    return key.encode()


def ensure_key(settings: Settings) -> bytes:
    """The key; where there is none it is made in the home. Raises KeyUnusableError."""
    key = find_key(settings)
    if key is not None:
        return key
    settings.home.mkdir(parents=True, exist_ok=True)
    beside = settings.home / f".{KEY_NAME}.{secrets.token_hex(4)}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, f"{secrets.token_hex(32)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        key_path(settings.home).hardlink_to(beside)
    except FileExistsError:
        pass  # another run was first, and its key counts
    finally:
        beside.unlink()
    made = find_key(settings)
    assert made is not None
    return made


def key_path(home: Path) -> Path:
    """Where the key lies that no environment gives."""
    return home / KEY_NAME


def key_digest(key: bytes) -> str:
    """What may be told of a key: another key, another digest."""
    return hashlib.sha256(b"partner_kpi pseudonym key:" + key).hexdigest()
