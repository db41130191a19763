"""A number of a binary form as the text that a person would write: 3 and not 3.0, 0.0000001 and not 1e-07."""

from __future__ import annotations

import math
from decimal import Decimal


def number_text(value: float | int | Decimal) -> str:
    """Shortest exact digits, without an exponent and without `.0`; decimals keep their places. `nan` stays a word."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text
