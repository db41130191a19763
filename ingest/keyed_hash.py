"""A hash with a key (HMAC-SHA256), in Python and as SQL: who has not the key cannot try out names against it.

SQL makes it out of two plain hashes with the two padded keys of RFC 2104; where those come from is the caller's.
"""

from __future__ import annotations

import hashlib
import hmac

_BLOCK = 64


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC-SHA256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def padded_keys(key: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer key."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def keyed_hash_sql(text: str, *, inner: str, outer: str) -> str:
    """SQL of the same; `text` is SQL of a text, `inner` and `outer` place holders of the padded keys."""
    return f"sha256({outer}::BLOB || unhex(sha256({inner}::BLOB || encode({text}))))"
