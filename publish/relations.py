"""The tables and views of an attached file: their names, how many rows they have, what their rows hash to.

A table's hash is a sum over its rows, so that equal content in another order is equal. It is DuckDB's own: it compares
generations written by one version of DuckDB, finds changes, and does not withstand an attacker. The files' SHA-256 do.
"""

from collections.abc import Sequence

import duckdb

from ingest.sql import identifier


def qualified(*parts: str) -> str:
    """A table's name with its schema and, where given, its catalog, each part quoted."""
    return ".".join(identifier(part) for part in parts)


def list_tables(
    connection: duckdb.DuckDBPyConnection, catalog: str, schemas: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """(schema, table) of every table of these schemas, ordered."""
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = ? and list_contains(?, schema_name) order by all",
        [catalog, list(schemas)],
    ).fetchall()
    return tuple((schema, table) for schema, table in rows)


def count_rows(connection: duckdb.DuckDBPyConnection, *relation: str) -> int:
    """Number of rows of a table or view, named by its unquoted parts."""
    row = connection.execute(f"select count(*) from {qualified(*relation)}").fetchone()  # noqa: S608 - quoted
    assert row is not None
    return int(row[0])


def hash_rows(connection: duckdb.DuckDBPyConnection, *relation: str) -> tuple[int, str]:
    """Number of rows of a table or view and the hash of its content, whatever the order of rows."""
    row_hash = "cast(hash(published_row) as hugeint)"
    row = connection.execute(
        f"select count(*), coalesce(sum({row_hash}), 0) from {qualified(*relation)} as published_row"  # noqa: S608
    ).fetchone()
    assert row is not None
    return int(row[0]), f"{int(row[1]):032x}"
