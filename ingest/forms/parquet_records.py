"""The rows of a Parquet file as a table of texts, batch by batch: pyarrow reads, the footer says how many there are.

Texts are what the values are: ISO dates and times (UTC with Z where the column has a zone), exact decimals, lists and
maps as JSON, fields of a struct by dotted path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest.errors import FormError, HeaderError, RecordsError, TooLargeError
from ingest.forms.limits import FormLimits
from ingest.forms.numbers import number_text
from ingest.forms.parquet_footer import open_parquet, unreadable
from ingest.forms.places import records_at
from ingest.forms.table import Table, line_of, refuse_zero

_BATCH = 16_384


def parquet_table(source: Path, target: Path, *, name: str, limits: FormLimits) -> Table:
    """Every row, in the order of the file. Raises FormError, HeaderError, RecordsError, TooLargeError."""
    opened = open_parquet(source, name, limits)
    promised, read, size = opened.metadata.num_rows, 0, 0
    with opened, target.open("wb") as out:
        names = _names(opened.schema_arrow, name)
        out.write(line_of(names).encode())
        for rows, data in _batches(opened, name):
            read, size = read + rows, size + len(data)
            refuse_zero(data, f"{name}, up to row {read},")
            if size > limits.unpacked:
                raise TooLargeError(f"{name} becomes more than {limits.unpacked:,} bytes. Deliver it in parts.")
            out.write(data)
    if read != promised:
        raise RecordsError(
            f"{name}: its footer promises {promised:,} rows and {read:,} can be read. It is damaged; deliver it again."
        )
    return Table(path=target, names=names, records=promised, places=records_at([]))


def _batches(opened: Any, name: str) -> Iterator[tuple[int, bytes]]:
    """How many rows, and their text, batch by batch."""
    import pyarrow as pa  # noqa: PLC0415 - a quarter of a second, only where it is used

    batches = opened.iter_batches(batch_size=_BATCH)
    while True:
        try:
            batch = next(batches)
            data = _csv(batch)
        except StopIteration:
            return
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise unreadable(name, error) from None
        yield batch.num_rows, data


def _names(schema: Any, name: str) -> tuple[str, ...]:
    names = tuple(_leaves(schema))
    if not names:
        raise FormError(f"{name} has no columns. Deliver it again.")
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise HeaderError(f'{name} has two columns that are called "{twice}". Ask the sender to rename one.')
    return names


def _leaves(fields: Any, prefix: str = "") -> Iterator[str]:
    import pyarrow as pa  # noqa: PLC0415

    for field in fields:
        if pa.types.is_struct(field.type):
            inner = [field.type.field(place) for place in range(field.type.num_fields)]
            yield from _leaves(inner, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name


def _csv(batch: Any) -> bytes:
    """The batch as records of the plain form, without a header."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as pc  # noqa: PLC0415

    columns = [_texts(column).fill_null("") for column in _flat(batch.columns)]
    table = pa.table(columns, names=[str(place) for place in range(len(columns))])
    sink = pa.BufferOutputStream()
    pc.write_csv(table, sink, pc.WriteOptions(include_header=False, quoting_style="all_valid"))
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _flat(columns: list[Any]) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415

    for column in columns:
        if pa.types.is_struct(column.type):
            yield from _flat(column.flatten())
        else:
            yield column


def _texts(column: Any) -> Any:
    """The column as texts, empty where it is null."""
    import pyarrow as pa  # noqa: PLC0415

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date32(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return _stamps(column)
    return pa.array([None if value is None else _text(value) for value in column.to_pylist()], pa.string())


def _stamps(column: Any) -> Any:
    """`2024-01-31 08:00:00.000000`, with Z where the instant is known."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    naive = column.cast(pa.timestamp(column.type.unit)).cast(pa.string())
    return naive if column.type.tz is None else compute.binary_join_element_wise(naive, "Z", "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, int, Decimal)):
        return number_text(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return str(value) if not isinstance(value, (list, dict, tuple)) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Lists, maps and structs inside them, as JSON says them."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (date, datetime, time, timedelta, Decimal, bytes)):
        return _text(value)
    return value
