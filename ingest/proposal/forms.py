"""One way to read a column's texts, as the words of a mapping would say it, and what is not sure of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`share` of the distinct values fit. Where `is_open`, the values cannot tell: `choices` are the forms there are.

    A text before or after the number (a currency sign) is what `regex` leaves out.
    """

    format: str | None = None
    zone: str | None = None
    thousands: str = ""
    decimal: str = "."
    regex: str | None = None
    sentinels: tuple[str, ...] = ()
    share: float = 1.0
    doubts: tuple[str, ...] = ()
    is_open: bool = False
    choices: tuple[str, ...] = ()

    @property
    def said(self) -> dict[str, str | list[str]]:
        """The keys of the column in the mapping, without its source and without a format where it is open."""
        plain = {"format": self.format, "zone": self.zone, "thousands": self.thousands or None}
        plain |= {"decimal": self.decimal if self.decimal != "." else None}
        said: dict[str, str | list[str]] = {key: value for key, value in plain.items() if value is not None}
        return said | ({"sentinels": list(self.sentinels)} if self.sentinels else {})
