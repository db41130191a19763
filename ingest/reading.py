"""Reading deliveries in processes of their own: whatever a file does to its reader, the run goes on.

`open_reader` starts one process that has everything imported and forks for each delivery (`ingest.reader_worker`), so
that a reading costs little and is limited alone. Readings are begun ahead and asked for later, in the same order.
What a reading does is `ingest.parse`'s; here are only the limits, and the words for a reader that died.
"""

from __future__ import annotations

import json
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from ingest import errors
from ingest.archive import ORIGINAL
from ingest.contracts import ExportContract
from ingest.delivery import Delivery, ParsedDelivery
from ingest.errors import DeliveryError, PartnerKpiError
from ingest.parse import parse_delivery
from ingest.warehouse import Limits

_WORKER = (sys.executable, "-P", "-m", "ingest.reader_worker")

Reading = Callable[[], ParsedDelivery]
Read = Callable[[Delivery, ExportContract, Path], Reading]


class ReaderLimitError(DeliveryError):
    """Reading the file took more memory, time or disk than a reading may take."""

    rule = "parse.limits"


class ReaderFaultError(DeliveryError):
    """The reader fell over the file without having words for it."""

    rule = "parse.fault"


class ReaderGoneError(PartnerKpiError):
    """The reading process is gone, and no file is to blame."""


class NoRoomError(PartnerKpiError):
    """The machine's disk ended while a file was read, and the file is not to blame."""


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """What one reading may use. `session` is what the database holds itself to.

    `memory` is in bytes of private memory that may be mapped, used or not, by all that reads; where the database uses
    two gigabytes, four are mapped. `seconds` counts time on the wall and, for each thread, on the processor;
    `file_bytes` is the largest file it may write.
    """

    session: Limits = field(default_factory=Limits)
    memory: int = 6 * 1000**3
    seconds: int = 1800
    file_bytes: int = 64 * 1024**3


@dataclass(frozen=True, kw_only=True)
class Task:
    """One reading, as the worker gets it."""

    delivery: Delivery
    contract: ExportContract
    bench: Path
    limits: ReadLimits


def read_here(delivery: Delivery, contract: ExportContract, bench: Path) -> Reading:
    """Read the original on the bench in this process, when it is asked for: only for files that one wrote oneself."""
    return lambda: parse_delivery(delivery, contract, bench, source=bench / ORIGINAL)


class Reader:
    """Made by `open_reader`. For one thread; starts its process with the first reading."""

    def __init__(self, limits: ReadLimits, starting: Callable[[], object]) -> None:
        self._limits, self._starting = limits, starting
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, delivery: Delivery, contract: ExportContract, bench: Path) -> Reading:
        """Begin to read the original that lies on the bench; the answer waits for it.

        Answers are asked for in the order of the readings. They raise what `parse_delivery` raises, and
        ReaderLimitError or ReaderFaultError where the file was too much for its reader, ReaderGoneError where the
        process was ended from outside, NoRoomError where the disk is full.
        """
        process = self._started()
        task = pickle.dumps(Task(delivery=delivery, contract=contract, bench=bench, limits=self._limits))
        with suppress(BrokenPipeError):  # a process that is gone is found out by its missing answer
            assert process.stdin is not None
            process.stdin.write(struct.pack("<I", len(task)) + task)
            process.stdin.flush()
        return lambda: _answer(process, delivery, self._limits)

    def close(self) -> None:
        """Have the process end; what it still reads is dropped."""
        if self._process is not None:
            with self._process:
                pass  # closes its pipes, so that it ends, and waits
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._starting()
            self._process = subprocess.Popen(_WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process


@contextmanager
def open_reader(limits: ReadLimits | None = None, *, starting: Callable[[], object] = lambda: None) -> Iterator[Reader]:
    """A reader for one run. Costs nothing until it is used, and leaves no process behind.

    `starting` is called before its process starts: there is something to read.
    """
    reader = Reader(limits or ReadLimits(), starting)
    try:
        yield reader
    finally:
        reader.close()


def _answer(process: subprocess.Popen[bytes], delivery: Delivery, limits: ReadLimits) -> ParsedDelivery:
    assert process.stdout is not None
    answer = json.loads(_line(process.stdout))
    if "parsed" in answer:
        return _parsed(answer["parsed"])
    if "refused" in answer:
        refusal: type[DeliveryError] = getattr(errors, answer["refused"], DeliveryError)
        raise refusal(answer["message"])
    name = delivery.path.name
    if "no_room" in answer:
        raise NoRoomError(
            f"There was no room to read {name}: {answer['no_room']}. Nothing of it was taken in. Make room on the disk "
            "of the warehouse's home and run again."
        )
    if "exceeded" in answer:
        raise ReaderLimitError(
            f"{name} could not be read as {delivery.export} within the limits of a reading: it took more "
            f"{answer['exceeded']} than {limits.memory:,} bytes of memory, "
            f"{limits.seconds} seconds or {limits.file_bytes:,} bytes in one file. If the file is what it should be, "
            "raise memory_limit or read_seconds in partner_kpi.toml and let it in by `partner-kpi quarantine release`; "
            "else have it delivered again."
        )
    raise ReaderFaultError(
        f"{name} could not be read as {delivery.export}: {answer['fault']}. The reader has no words for this file; "
        "deliver it in a plainer form, and report it if it looks right to you."
    )


def _line(answers: IO[bytes]) -> bytes:
    line = answers.readline()
    if not line.endswith(b"\n"):
        raise ReaderGoneError(
            "The process that reads deliveries was ended from outside, perhaps because the machine ran out of memory. "
            "Nothing of the delivery that it was reading was taken in; run again."
        )
    return line


def _parsed(cells: dict[str, Any]) -> ParsedDelivery:
    """What JSON made of the worker's ParsedDelivery, as it was."""
    tuples = {name: tuple(cell) for name, cell in cells.items() if isinstance(cell, list)}
    paths = {name: Path(cells[name]) for name in ("parquet", "rejected")}
    return ParsedDelivery(**{**cells, **tuples, **paths, "as_of_date": date.fromisoformat(cells["as_of_date"])})
