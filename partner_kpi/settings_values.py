"""How each setting reads, what it should have been where it does not, and which ones are credentials."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ingest.pulling.address import FORMS, read_endpoint, read_inbox
from ingest.pulling.completeness import NAME_PLACE
from ingest.warehouse import size_bytes

SHORTEST_KEY = 32


def _zone(value: object) -> str:
    return ZoneInfo(str(value)).key


def _currency(value: object) -> str:
    text = str(value).upper()
    if len(text) != 3 or not text.isalpha():
        raise ValueError(text)
    return text


def _month(value: object) -> int:
    number = int(str(value))
    if not 1 <= number <= 12:
        raise ValueError(number)
    return number


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _moment(value: object) -> datetime:
    """UTC without zone, as the ledger keeps its times; a moment without a zone is taken as UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _one_of(*words: str) -> Callable[[object], object]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError(value)
        return str(value)

    return read


def _web_address(value: object) -> str:
    address = urlsplit(str(value))
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError(value)
    return str(value)


def _addresses(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else str(value).split(",")
    found = tuple(str(each).strip() for each in listed)
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", each) for each in found):
        raise ValueError(value)
    return found


def _host_keys(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else str(value).split(",")
    found = tuple(str(each).strip().rstrip("=") for each in listed)
    if not all(re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", each) for each in found):
        raise ValueError(value)
    return found


def _marker(value: object) -> str:
    if not re.fullmatch(r"[^/\\\x00-\x1f]+", str(value)) or str(value) == NAME_PLACE:
        raise ValueError(value)
    return str(value)


def _seconds(value: object) -> float:
    number = float(str(value))
    if not 0 <= number <= 86_400:
        raise ValueError(number)
    return number


def _more_than_nothing(read: Callable[[object], float]) -> Callable[[object], object]:
    def read_it(value: object) -> float:
        number = read(value)
        if number <= 0:
            raise ValueError(number)
        return number

    return read_it


def _key(value: object) -> str:
    text = str(value)
    if len(text) < SHORTEST_KEY:
        raise ValueError(text)
    return text


def _count(value: object) -> int:
    number = int(str(value))
    if number < 0:
        raise ValueError(number)
    return number


def _positive(value: object) -> int:
    number = int(str(value))
    if number < 1:
        raise ValueError(number)
    return number


def _size(value: object) -> str:
    size_bytes(str(value))
    return str(value)


_KEPT = (
    "keep_generations", "keep_generation_days", "keep_replay_days", "keep_quarantine_days", "keep_log_days",
    "keep_original_days", "keep_delivery_days",
)  # fmt: skip
SECRETS = frozenset({"alert_webhook_token", "alert_email_password", "pseudonym_key", "inbox_password", "inbox_token"})
READERS: dict[str, Callable[[object], object]] = {
    "inbox": lambda value: read_inbox(str(value)),
    "inbox_user": str,
    "inbox_password": str,
    "inbox_token": str,
    "inbox_private_key": lambda value: Path(str(value)),
    "inbox_known_hosts": lambda value: Path(str(value)),
    "inbox_host_keys": _host_keys,
    "inbox_endpoint": lambda value: read_endpoint(str(value)),
    "inbox_region": str,
    "inbox_ca_bundle": lambda value: Path(str(value)),
    "inbox_timeout_seconds": _more_than_nothing(_seconds),
    "inbox_retry_seconds": _seconds,
    "inbox_rest_seconds": _seconds,
    "inbox_done_marker": _marker,
    "inbox_max_file_mb": _more_than_nothing(_count),
    "as_of": _day,
    "known_at": _moment,
    "reporting_currency": _currency,
    "reporting_timezone": _zone,
    "fiscal_year_start": _month,
    "pseudonym_key": _key,
    "threads": _positive,
    "memory_limit": _size,
    "read_seconds": _positive,
    "ages_from": _one_of("business_date", "today"),
    "alert_webhook": _web_address,
    "alert_webhook_token": str,
    "alert_email_host": str,
    "alert_email_port": lambda value: int(str(value)),
    "alert_email_security": _one_of("none", "starttls", "tls"),
    "alert_email_from": lambda value: _addresses(value)[0],
    "alert_email_to": _addresses,
    "alert_email_user": str,
    "alert_email_password": str,
    **dict.fromkeys(_KEPT, _count),
}
WANTED = {
    "inbox": FORMS,
    "inbox_host_keys": "one or more fingerprints like SHA256:(43 letters), with commas between",
    "inbox_timeout_seconds": "a number of seconds above 0",
    "inbox_retry_seconds": "a number of seconds",
    "inbox_rest_seconds": "a number of seconds",
    "inbox_done_marker": f"a file name like {NAME_PLACE}.done or _SUCCESS",
    "inbox_max_file_mb": "a whole number above 0",
    "as_of": "a date like 2026-08-31",
    "known_at": "a date or a time like 2026-09-02T06:00",
    "reporting_currency": "an ISO currency like USD",
    "reporting_timezone": "an IANA time zone like Europe/Berlin",
    "fiscal_year_start": "a month from 1 to 12",
    "pseudonym_key": f"a text of {SHORTEST_KEY} characters or more",
    "threads": "a whole number",
    "memory_limit": "a size like 4GB",
    "read_seconds": "a whole number of seconds, at least 1",
    "ages_from": "business_date or today",
    "alert_webhook": "an address like https://example.com/hook",
    "alert_email_port": "a whole number",
    "alert_email_security": "none, starttls or tls",
    "alert_email_from": "an e-mail address",
    "alert_email_to": "one or more e-mail addresses, with commas between",
    **dict.fromkeys(_KEPT, "a whole number; 0 keeps all"),
}
