"""Which company a web address belongs to: the registrable domain of a URL or host.

The public-suffix list is the one bundled with tldextract; nothing is fetched. Domains of free mail providers
belong to nobody and give NULL.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tldextract import TLDExtract


@cache
def _extractor() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


@cache
def free_mail_domains() -> frozenset[str]:
    """Registrable domains of free mail providers, from the list beside this module."""
    lines = (Path(__file__).parent / "free_mail_domains.txt").read_text(encoding="utf-8").split()
    return frozenset(lines)


def registrable_domains(texts: Iterable[str]) -> dict[str, str | None]:
    """For each text its registrable domain, lower case, or None (no public suffix, an address, free mail)."""
    return {text: registrable_domain(text) for text in texts}


def registrable_domain(text: str) -> str | None:
    """`https://www.Acme.co.uk/x`, `mail.acme.co.uk` and `acme.co.uk` give `acme.co.uk`."""
    domain = _extractor()(text.strip()).top_domain_under_public_suffix.lower()
    return domain if domain and domain not in free_mail_domains() else None
