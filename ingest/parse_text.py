"""The bytes of a file become one plain form of text: UTF-8, no byte order mark, `\\n` between records.

While copying, records are counted from the bytes alone (quote parity), so that what the database reads later
can be compared with numbers that it had no part in; so are delimiters. Headers are not looked at here.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EncodingError, RecordsError

# What the cache of a core holds: with blocks of 16 MB counting takes twice as long.
CHUNK = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LF, _CR = 10, 13


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """The plain copy. `records` counts the header too; blank lines are no records.

    `delimiters` counts each that may be one, outside quotes; one that takes several bytes is not counted.
    """

    path: Path
    encoding: str
    records: int
    blank_lines: int
    ends_in_quote: bool
    ends_with_newline: bool
    delimiters: Mapping[str, int]


@dataclass(kw_only=True)
class _Scan:
    """Where the scan stands between two chunks."""

    in_quote: bool = False
    after_newline: bool = True
    lines: int = 0
    ends: int = 0
    blank: int = 0
    delimiters: dict[str, int] = field(default_factory=dict)


def write_plain(
    source: Path,
    target: Path,
    *,
    encoding: str | None,
    quote: str,
    name: str,
    delimiter: str | None = None,
    chunk: int = CHUNK,
) -> TextFile:
    """Copy `source` as plain text; `name` is what messages call it. Raises EncodingError, RecordsError."""
    found = _detect(source, encoding, name)
    marks = [mark for mark in ((delimiter,) if delimiter else DELIMITERS) if mark.isascii()]
    scan, quote_byte = _Scan(delimiters=dict.fromkeys(marks, 0)), ord(quote) if quote else -1
    with target.open("wb") as out:
        for block in _blocks(source, found, name, chunk):
            _write_block(name, block, quote_byte, scan, out)
    if target.stat().st_size == 0:
        raise RecordsError(f"{name} is empty: it has not even a header. Deliver the file again.")
    return TextFile(
        path=target,
        encoding=found,
        records=scan.ends - scan.blank + (not scan.after_newline),
        blank_lines=scan.blank,
        ends_in_quote=scan.in_quote,
        ends_with_newline=scan.after_newline,
        delimiters=scan.delimiters,
    )


def known_encoding(declared: str, name: str) -> str:
    """Python's name of an encoding that the mapping declares for the file. Raises EncodingError."""
    try:
        return codecs.lookup(declared).name
    except LookupError:
        raise EncodingError(
            f'The mapping declares encoding "{declared}" for {name}, which Python does not know; '
            "write for instance utf-8, cp1252 or iso8859-15."
        ) from None


def _detect(source: Path, declared: str | None, name: str) -> str:
    with source.open("rb") as file:
        start = file.read(4)
    marked = next((found for mark, found in _MARKS if start.startswith(mark)), None)
    if declared is None:
        return marked or "utf-8"
    known = known_encoding(declared, name)
    generic = {"utf-16": ("utf-16-le", "utf-16-be"), "utf-8-sig": ("utf-8",)}
    if marked is not None and marked != known and marked not in generic.get(known, ()):
        raise EncodingError(
            f"{name} begins with the byte order mark of {marked}, but the mapping declares {declared}. "
            "Remove `encoding` from the mapping, or ask why the export changed."
        )
    return marked or known


def _blocks(source: Path, encoding: str, name: str, size: int) -> Iterator[bytes]:
    """UTF-8 blocks without byte order mark; no block ends between the two bytes of a CR LF."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    skip = next((len(mark) for mark, found in _MARKS if found == encoding and _starts_with(source, mark)), 0)
    held, done = b"", 0
    with source.open("rb") as file:
        file.seek(skip)
        while True:
            chunk = file.read(size)
            try:
                text = _decoded(decoder, chunk, encoding)
            except UnicodeDecodeError as error:
                lines = _lines_in(source, encoding, skip, done)
                lines += error.object[: error.start].decode(encoding, errors="ignore").count("\n")
                raise EncodingError(
                    f"{name}, line {lines}, is not {encoding}: byte "
                    f"{error.object[error.start]:#04x} near position {skip + done + error.start} cannot be read. If "
                    "the system writes another encoding, declare it in the mapping (for instance `encoding: cp1252`)."
                ) from None
            done += len(chunk)
            block = held + (chunk if text is None else text.encode())
            held = b"\r" if chunk and block.endswith(b"\r") else b""
            yield block[: len(block) - len(held)]
            if not chunk:
                return


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str) -> str | None:
    """The text of the chunk; None where the chunk is UTF-8 as it stands. Raises UnicodeDecodeError."""
    if encoding != "utf-8":
        return decoder.decode(chunk, final=not chunk)
    if not chunk.isascii() or decoder.getstate()[0]:
        decoder.decode(chunk, final=not chunk)
    return None


def _lines_in(source: Path, encoding: str, skip: int, size: int) -> int:
    """On which line so many bytes, which can be read, end."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with source.open("rb") as file:
        file.seek(skip)
        return 1 + sum(decoder.decode(chunk).count("\n") for chunk in _pieces(file, size))


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size and (chunk := file.read(min(size, CHUNK))):
        size -= len(chunk)
        yield chunk


def _starts_with(source: Path, mark: bytes) -> bool:
    with source.open("rb") as file:
        return file.read(len(mark)) == mark


def _write_block(name: str, block: bytes, quote: int, scan: _Scan, out: BinaryIO) -> None:
    if not block:
        return
    data: NDArray[np.uint8] = np.frombuffer(block, dtype=np.uint8)
    quoted = _quoted(data, block, quote, scan.in_quote)
    if b"\0" in block:
        at = scan.lines + block.count(b"\n", 0, block.index(b"\0")) + 1
        raise EncodingError(
            f"{name}, line {at}, holds a zero byte: it is not plain text, or UTF-16 without a byte order "
            "mark. Declare its encoding in the mapping, or deliver text."
        )
    if b"\r" in block:
        data, quoted = _drop_returns(name, data, quoted, scan)
    _count_delimiters(data, quoted, block, scan)
    newline = data == _LF
    ends = newline if quoted is None else newline & ~quoted
    blank = int(np.count_nonzero(ends[1:] & ends[:-1])) + int(scan.after_newline and bool(ends[0]))
    scan.lines += int(np.count_nonzero(newline))
    scan.ends += int(np.count_nonzero(ends))
    scan.blank += blank
    scan.in_quote, scan.after_newline = quoted is not None and bool(quoted[-1]), bool(ends[-1])
    out.write(data.data)


def _count_delimiters(data: NDArray[np.uint8], quoted: NDArray[np.bool_] | None, block: bytes, scan: _Scan) -> None:
    for mark in scan.delimiters:
        if mark.encode() not in block:
            continue
        if quoted is None:
            scan.delimiters[mark] += block.count(mark.encode())
        else:
            scan.delimiters[mark] += int(np.count_nonzero((data == ord(mark)) & ~quoted))


def _quoted(data: NDArray[np.uint8], block: bytes, quote: int, carried: bool) -> NDArray[np.bool_] | None:
    """For each byte: is it inside quotes (the closing quote counts as outside)? None where none is."""
    if not carried and (quote < 0 or quote not in block):
        return None
    parity = np.cumsum(data == quote, dtype=np.uint8) & np.uint8(1)
    quoted: NDArray[np.bool_] = np.not_equal(parity, np.uint8(carried))
    return quoted


def _drop_returns(
    name: str, data: NDArray[np.uint8], quoted: NDArray[np.bool_] | None, scan: _Scan
) -> tuple[NDArray[np.uint8], NDArray[np.bool_] | None]:
    """Without the CR of every CR LF that ends a record. A CR alone there is refused."""
    returns = data == _CR
    if quoted is not None:
        returns &= ~quoted
    followed = np.append(data[1:] == _LF, False)
    alone = np.flatnonzero(returns & ~followed)
    if alone.size:
        line = scan.lines + int(np.count_nonzero(data[: alone[0]] == _LF)) + 1
        raise RecordsError(
            f"{name}, line {line}, holds a carriage return without a line feed outside quotes. "
            "Deliver the file with line feeds (or both) between its records."
        )
    kept = ~returns
    return data[kept], None if quoted is None else quoted[kept]
