"""What a Parquet file's footer says, judged before a page of it is read: codecs, counts, sizes, columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.errors import FormError, TooLargeError
from ingest.forms.limits import FormLimits

_MAGIC = b"PAR1"
_CODECS = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4", "LZ4_RAW"}


def open_parquet(source: Path, name: str, limits: FormLimits) -> Any:
    """The file as `pyarrow.parquet.ParquetFile`, once its footer can be trusted. Raises FormError, TooLargeError."""
    import pyarrow as pa  # noqa: PLC0415 - a quarter of a second, only where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    with source.open("rb") as file:
        start = file.read(4)
        size = file.seek(0, 2)
        file.seek(max(size - 4, 0))
        if size < 12 or start != _MAGIC or file.read(4) != _MAGIC:
            said = "is encrypted" if start == b"PARE" else "does not begin and end as a Parquet file: it may be cut off"
            raise FormError(f"{name} {said}. Deliver it again, whole and unencrypted.")
    try:
        opened = pq.ParquetFile(source, memory_map=False)
        _judge(opened.metadata, name, size, limits)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(name, error) from None
    return opened


def unreadable(name: str, error: Exception) -> FormError:
    """What pyarrow says, in one line."""
    said = (str(error).splitlines() or ["unknown"])[0].rstrip(".")
    return FormError(f"{name} cannot be read as Parquet ({said}). Deliver it again.")


def _judge(footer: Any, name: str, size: int, limits: FormLimits) -> None:
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    rows = sum(group.num_rows for group in groups)
    if footer.num_rows != rows or rows < 0 or any(group.num_rows < 0 for group in groups):
        raise FormError(
            f"{name}: its footer promises {footer.num_rows:,} rows and its row groups {rows:,}. It is damaged; deliver "
            "it again."
        )
    if rows > limits.parquet_rows or rows > limits.parquet_rows_per_byte * size:
        raise TooLargeError(
            f"{name} promises {rows:,} rows in {size:,} bytes, as no export has. Ask the sender what it is; a large "
            "export can come in parts."
        )
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    for column in columns:
        if column.compression not in _CODECS:
            raise FormError(
                f"{name}: the column {column.path_in_schema} is packed with {column.compression.title()}, whose reader "
                "is not safe. Write the file with Zstandard, Snappy or gzip."
            )
    unpacked = sum(max(column.total_uncompressed_size, 0) for column in columns)
    packed = sum(max(column.total_compressed_size, 0) for column in columns)
    if packed > size:
        raise FormError(f"{name}: its columns promise more bytes than the file has. It is damaged; deliver it again.")
    if unpacked > limits.unpacked or (unpacked > limits.ratio_from and unpacked > limits.ratio * size):
        raise TooLargeError(
            f"{name} unpacks to {unpacked:,} bytes from {size:,}, as only a bomb does. Ask the sender what it is; a "
            "large export can come in parts."
        )
    if footer.num_columns > limits.columns:
        raise TooLargeError(f"{name} has more than {limits.columns:,} columns. Deliver only those that are needed.")
