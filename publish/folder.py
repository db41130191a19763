"""The files inside a generation's folder: how they come to be, are fingerprinted and reach the disk.

Everything happens in the folder it is given; where that folder stands and which one is current is
`publish.generation`'s.
"""

import hashlib
import os
import shutil
from pathlib import Path

import duckdb

from ingest.crash_points import passing
from publish.database import CATALOG, DATABASE_NAME, MARTS, SCHEMAS, connect, try_views, write_database
from publish.manifest import FileFact, RelationFact
from publish.relations import hash_rows, list_tables, qualified


class ContentDiffersError(Exception):
    """What was read back is not what the build has."""


def fill_folder(build_file: Path, folder: Path) -> tuple[tuple[RelationFact, ...], dict[str, str]]:
    """Write the database and the Parquet files of a build, and read them back as a reader would.

    Readers without DuckDB get every table of the marts as Parquet. Views are tried, and neither hashed nor
    exported: they hold nothing that the tables do not.

    Returns what the tables hold, and the definition version by KPI code. Raises ContentDiffersError, the
    errors of `write_database`, duckdb.Error and OSError.
    """
    parquet, spill = folder / "parquet", folder / "spill"
    parquet.mkdir(parents=True)
    database = folder / DATABASE_NAME
    rows_of_build = write_database(build_file, database, spill)
    passing("publish.database_written")
    if database.with_name(DATABASE_NAME + ".wal").exists():
        raise ContentDiffersError("the new file was not closed, its write-ahead log is still there")
    with connect(database, spill) as connection:
        connection.execute("select * from marts.kpi_values limit 1").fetchall()
        try_views(connection)
        relations = _describe_tables(connection, rows_of_build)
        for schema, name in (relation.name.split(".", 1) for relation in relations):
            if schema == MARTS:
                target = parquet / f"{name}.parquet"
                connection.sql(f"from {qualified(schema, name)}").write_parquet(str(target), compression="zstd")
                passing("publish.parquet_written")
        versions = connection.execute(
            "select kpi_code, cast(definition_version as varchar) from marts.kpi_definitions order by all"
        ).fetchall()
    shutil.rmtree(spill, ignore_errors=True)
    return relations, dict(versions)


def _describe_tables(connection: duckdb.DuckDBPyConnection, rows_of_build: dict[str, int]) -> tuple[RelationFact, ...]:
    tables = tuple(_describe(connection, name) for name in list_tables(connection, CATALOG, SCHEMAS))
    differing = {(table.name, table.rows) for table in tables} ^ set(rows_of_build.items())
    if differing:
        names = ", ".join(sorted({name for name, _ in differing}))
        raise ContentDiffersError(f"the rows of {names} are not those of the build")
    return tables


def _describe(connection: duckdb.DuckDBPyConnection, table: tuple[str, str]) -> RelationFact:
    rows, content_hash = hash_rows(connection, *table)
    return RelationFact(name=".".join(table), kind="table", rows=rows, content_hash=content_hash)


def fingerprint_files(folder: Path) -> tuple[FileFact, ...]:
    """Size and SHA-256 of every file below the folder, ordered by path."""
    return tuple(
        FileFact(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size, sha256=_sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def synchronise(*paths: Path) -> None:
    """Have the operating system write files, or the entries of folders, to disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
