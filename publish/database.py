"""The database file of a generation: tables copied, views re-created, descriptions kept, nothing else.

A fresh file each time (rebuilding in place grows a file), written so that drivers from DuckDB 1.2 on read it. In which
order rows lie there is decided here too, for readers alone: a build has no order that anybody relies on.
"""

from pathlib import Path

import duckdb

from ingest.sql import text_literal
from publish.errors import NotABuildError
from publish.relations import count_rows, list_tables, qualified
from publish.views import read_views

CATALOG = "partner_kpi"
DATABASE_NAME = f"{CATALOG}.duckdb"
MARTS = "marts"
SCHEMAS = (MARTS, "evidence")
_REQUIRED = {(MARTS, "kpi_definitions"), (MARTS, "kpi_values"), (MARTS, "kpi_evidence")}
_BUILD, _FRESH = "build", "fresh"
_MEMORY, _THREADS = "1GB", 2
# A scan passes over a group of 122,880 rows where the least and greatest value of a column say that it holds none.
# Nearly all questions name a kind of segment, a kind of period and a code, so values lie by these. Of a text only the
# first 8 bytes are kept as least and greatest, and ids begin with their instance: lying by partner first would let no
# group be passed over, and a code over all partners would take 7 times as long. Last, it packs better.
_ROW_ORDER = {
    (MARTS, "kpi_values"): (
        "segment_type",
        "period_type",
        "kpi_code",
        "statistic",
        "dimension",
        "segment_value",
        "period_start",
    )
}


def write_database(build_file: Path, target: Path, spill: Path) -> dict[str, int]:
    """Copy the published schemas of a build into a new file; returns the build's rows by `schema.table`.

    `spill` is a folder for what does not fit into memory. Raises NotABuildError and UnpublishableViewError.
    """
    with connect(None, spill) as connection:
        connection.execute(f"attach {text_literal(str(build_file))} as {_BUILD} (read_only)")
        tables = list_tables(connection, _BUILD, SCHEMAS)
        views = read_views(connection, _BUILD, SCHEMAS)
        missing = _REQUIRED - set(tables) - {(view.schema, view.name) for view in views}
        if missing:
            raise NotABuildError(build_file, f"it lacks {', '.join(sorted('.'.join(name) for name in missing))}")
        connection.execute(f"attach {text_literal(str(target))} as {_FRESH} (storage_version 'v1.2.0')")
        for schema in SCHEMAS:
            connection.execute(f"create schema {qualified(_FRESH, schema)}")
        for table in tables:
            order = f" order by {', '.join(_ROW_ORDER[table])}" if table in _ROW_ORDER else ""
            connection.execute(f"create table {qualified(_FRESH, *table)} as from {qualified(_BUILD, *table)}{order}")
        connection.execute(f"use {qualified(_FRESH, MARTS)}")
        for view in views:
            connection.execute(f"create view {qualified(view.schema, view.name)} as {view.query}")
        _copy_comments(connection)
        connection.execute("use memory")
        connection.execute(f"checkpoint {_FRESH}")
        rows = {".".join(table): count_rows(connection, _BUILD, *table) for table in tables}
        connection.execute(f"detach {_FRESH}")
    return rows


def connect(file: Path | None, spill: Path) -> duckdb.DuckDBPyConnection:
    """The publisher's own session, in memory or over a finished file; what does not fit goes to the folder `spill`.

    Its memory is bounded whatever the machine has: without a limit it grew to 8.9 GB over a build of 1.4 GB.
    """
    connection = duckdb.connect(
        ":memory:" if file is None else file,
        read_only=file is not None,
        config={"memory_limit": _MEMORY, "threads": _THREADS, "temp_directory": str(spill)},
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection


def try_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Bind every view of an open generation file. Raises duckdb.Error where one lacks what it reads.

    No row is asked for: the first one of a view that sorts or joins costs nearly all of them.
    """
    for view in read_views(connection, CATALOG, SCHEMAS):
        connection.execute(f"from {qualified(view.schema, view.name)} limit 0").fetchall()


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Descriptions of tables, views and their columns; the fresh file is the current catalog."""
    described = connection.execute(
        """
        with described as (
            select database_name, 'table' as kind, schema_name, table_name, null as column_name, comment
            from duckdb_tables()
            union all
            select database_name, 'view', schema_name, view_name, null, comment from duckdb_views()
            union all
            select database_name, 'column', schema_name, table_name, column_name, comment
            from duckdb_columns()
        )

        select kind, schema_name, table_name, column_name, comment
        from described
        where database_name = $build and list_contains($schemas, schema_name) and comment is not null
        order by all
        """,
        {"build": _BUILD, "schemas": list(SCHEMAS)},
    ).fetchall()
    for kind, schema, relation, column, comment in described:
        name = qualified(schema, relation) if column is None else qualified(schema, relation, column)
        connection.execute(f"comment on {kind} {name} is {text_literal(comment)}")
