"""No person stands in what leaves the sample's warehouse: pseudonyms only, and their key in no file but its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest

from ingest.contracts import load_contracts
from ingest.keyed_hash import padded_keys
from ingest.sql import identifier, table_name
from partner_kpi.pseudonyms import KEY_NAME, pseudonym

DESCRIBING = {"name", "email", "manager", "author", "owner"}


@pytest.fixture(scope="module")
def both(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's raw history as `raw`, its published file as `published`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_home}/warehouse.duckdb' as raw (read_only)")
        connection.execute(f"attach '{sample_home}/published/current/partner_kpi.duckdb' as published (read_only)")
        yield connection


@pytest.fixture(scope="module")
def key(sample_home: Path) -> bytes:
    return (sample_home / KEY_NAME).read_text("ascii").strip().encode()


def people(both: duckdb.DuckDBPyConnection, *columns: str) -> set[str]:
    """Every value of the personal columns of that name in raw history."""
    parts = [
        f"select distinct {identifier(column.name)} from raw.{table_name(name)}"
        for name, contract in load_contracts().exports.items()
        for column in contract.columns
        if column.personal and column.name in columns
    ]
    found = {row[0] for row in both.execute(" union ".join(parts)).fetchall() if row[0]}
    return {person for person in found if not person.isdigit()}  # a number may be the id of something else


def test_the_marts_name_nobody(both: duckdb.DuckDBPyConnection) -> None:
    """No cell of a published table is the name, address or id of somebody in a column classified as personal."""
    both.execute("create or replace temp table people as select unnest($1) as who", [sorted(people(both, *DESCRIBING))])
    texts = both.execute(
        "select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables()"
        " using (database_name, schema_name, table_name)"
        " where database_name = 'published' and data_type = 'VARCHAR' and table_name <> 'kpi_definitions'"
    ).fetchall()
    assert len(texts) > 100
    found = [
        (table, column)
        for schema, table, column in texts
        if both.execute(
            f"select 1 from published.{identifier(schema)}.{identifier(table)} semi join people"
            f" on {identifier(column)} = who limit 1"
        ).fetchone()
    ]
    assert found == []


def test_people_are_their_pseudonyms(both: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Holders of certificates and managers of partners are what Python's HMAC makes of them, and nobody else."""
    holders = both.execute("select distinct _instance, learner_id from raw.raw_lms.certificates").fetchall()
    expected = {f"{instance}:{pseudonym(key, instance, learner)}" for instance, learner in holders}
    shown = both.execute("select distinct learner_id from published.marts.fct_certifications").fetchall()
    assert {row[0] for row in shown} <= expected and len(shown) > 10
    managers = both.execute("select distinct _instance, manager from raw.raw_prm.partners").fetchall()
    expected = {pseudonym(key, instance, manager) for instance, manager in managers if manager}
    shown = both.execute("select distinct manager from published.marts.dim_partners").fetchall()
    assert {row[0] for row in shown} - {None} <= expected and len(shown) > 1


def test_the_key_lies_in_its_file_alone(sample_home: Path, key: bytes) -> None:
    """Not in compiled SQL, dbt's manifest and logs, the build, what is published, run reports or the workbook."""
    inner, outer = padded_keys(key)
    secrets = (key, inner, outer, inner.hex().encode(), outer.hex().encode())
    holding = [
        path.relative_to(sample_home).as_posix()
        for path in sample_home.rglob("*")
        if path.is_file() and any(secret in content for content in contents(path) for secret in secrets)
    ]
    assert holding == [KEY_NAME]


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and those of its parts where it is an archive."""
    yield path.read_bytes()
    if path.suffix == ".xlsx":
        with ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
