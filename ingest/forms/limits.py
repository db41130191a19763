"""How large a delivery may become while it is read. What a process may use of the machine is not said here."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import TooLargeError

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True, kw_only=True)
class FormLimits:
    """Bytes unless a name says otherwise.

    `ratio` is unpacked over packed bytes, looked at only above `ratio_from`: small files may well repeat themselves.
    Exports pack about 5 to 20 times, a stream of zeros 1,030 times.
    """

    unpacked: int = 16 * GIB
    ratio: int = 200
    ratio_from: int = 16 * MIB
    entries: int = 1_000
    json_document: int = 256 * MIB
    json_line: int = 16 * MIB
    columns: int = 2_000
    parquet_rows: int = 500_000_000
    parquet_rows_per_byte: int = 100
    sheet_xml: int = 1 * GIB
    sheet_text: int = 512 * MIB
    sheet_cells: int = 25_000_000


LIMITS = FormLimits()


@dataclass(kw_only=True)
class Budget:
    """What unpacking one delivered file has spent so far; `packed` are the bytes that were delivered."""

    name: str
    packed: int
    limits: FormLimits
    spent: int = 0

    def spend(self, count: int) -> None:
        """Account for `count` more bytes. Raises TooLargeError."""
        self.spent += count
        if self.spent > self.limits.unpacked:
            raise TooLargeError(
                f"{self.name} unpacks to more than {self.limits.unpacked:,} bytes, which is more than is read from one "
                "delivery. Deliver it in parts."
            )
        if self.spent > self.limits.ratio_from and self.spent > self.limits.ratio * max(self.packed, 1):
            raise TooLargeError(
                f"{self.name} unpacks to more than {self.limits.ratio} times its {self.packed:,} bytes, as only a "
                "bomb does. Do not open it; ask the sender what it is, and have the export delivered unpacked."
            )
