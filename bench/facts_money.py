"""Exact money: the euro reference rates as decimals, and amounts in the reporting currency.

A flow takes the rate of its day, or the last one known within seven days before; no rate, no amount.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bench.workload_rates import RATE_CURRENCIES, read_rates

CENT = Decimal("0.01")
LOOK_BACK_DAYS = 7


class Rates:
    """Quotes per euro by currency and date."""

    def __init__(self) -> None:
        self._quotes = {
            (currency, date.fromisoformat(row[0])): Decimal(rate)
            for row in read_rates()
            for currency, rate in zip(RATE_CURRENCIES, row[1:], strict=True)
            if rate != "N/A"
        }

    def quote(self, currency: str, on: date) -> Decimal | None:
        """Units per euro on that day or the last known within a week before."""
        if currency == "EUR":
            return Decimal(1)
        days = (on - timedelta(days=back) for back in range(LOOK_BACK_DAYS + 1))
        return next((self._quotes[currency, day] for day in days if (currency, day) in self._quotes), None)

    def in_dollars(self, amount: Decimal | None, currency: str, on: date) -> Decimal | None:
        """The amount in US dollars, not rounded."""
        quote, dollars = self.quote(currency, on), self.quote("USD", on)
        if amount is None or quote is None or dollars is None:
            return None
        return amount if currency == "USD" else amount * dollars / quote


def to_cents(total: Decimal) -> str:
    """A total rounded once, as text with two decimals."""
    return str(total.quantize(CENT, ROUND_HALF_UP))


def is_clear_of_half_a_cent(total: Decimal) -> bool:
    """Whether a rate kept to ten decimals rounds to the same cent."""
    rest = (total * 100) % 1
    return abs(rest - Decimal("0.5")) > Decimal("0.25")
