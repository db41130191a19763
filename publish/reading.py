"""Opening a published file and turning its rows into values.

Every reader of this room (workbook, explanation) goes through here, so that a missing or foreign file is one
sentence.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from publish.errors import NoGenerationError, UnreadableGenerationError

Row = TypeVar("Row")


@contextmanager
def open_generation(generation_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to `partner_kpi.duckdb` of a generation, in UTC.

    Raises NoGenerationError for a missing file, UnreadableGenerationError for one that is not a generation or
    lacks a table or column that a reader asks for.
    """
    if not generation_file.is_file():
        raise NoGenerationError(generation_file)
    try:
        with duckdb.connect(generation_file, read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection
    except (duckdb.IOException, duckdb.CatalogException, duckdb.BinderException) as error:
        raise UnreadableGenerationError(generation_file, str(error).splitlines()[0]) from error


def fetch(
    connection: duckdb.DuckDBPyConnection,
    row_class: type[Row],
    source: str,
    parameters: Mapping[str, object] | None = None,
) -> tuple[Row, ...]:
    """Rows of a query or of a table's tail (`from ... where ... order by ...`) as values of a dataclass.

    Only the columns that the dataclass names are read; lists become tuples.
    """
    assert dataclasses.is_dataclass(row_class)
    names = [field.name for field in dataclasses.fields(row_class)]
    rows = connection.execute(f"select {', '.join(names)} {source}", parameters or {}).fetchall()
    return tuple(row_class(**dict(zip(names, map(_frozen, row), strict=True))) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
