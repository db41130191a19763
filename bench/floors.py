"""What the same work costs at the least: the same files read by a bare statement, the same SQL without dbt.

`python -m bench.floors read INBOX AS_OF FILE` and `python -m bench.floors models HOME FILE`. Run as commands of their
own, so that their memory can be measured.
"""

# ruff: noqa: S608 - names come from the inbox and from dbt's manifest

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import yaml

from ingest.keyed_hash import padded_keys
from ingest.sql import identifier, text_literal
from ingest.warehouse import Limits, connect
from partner_kpi.pseudonyms import find_key
from partner_kpi.settings import load_settings
from partner_kpi.warehouse_build import DBT_PROJECT
from publish.relations import count_rows

LIMITS = Limits(memory="4GB", threads=2)


def read_files(inbox: Path, as_of: str, file: Path) -> None:
    """Every file of a date into a table of its own, types guessed from its beginning, else from all of it."""
    with connect(file, temp_directory=file.parent / "tmp", limits=LIMITS) as connection:
        for number, path in enumerate(sorted(inbox.glob(f"*/*_{as_of}.csv"))):
            table, source = identifier(f"t{number}"), text_literal(str(path))
            try:
                connection.execute(f"create table {table} as select * from read_csv({source})")
            except (duckdb.ConversionException, duckdb.InvalidInputException):
                connection.execute(f"create table {table} as select * from read_csv({source}, sample_size = -1)")


def run_models(home: Path, file: Path) -> None:
    """The compiled models of the last build in their order, as tables and views, without tests."""
    nodes = {
        key: node
        for key, node in json.loads((home / "dbt/target/manifest.json").read_text("utf-8"))["nodes"].items()
        if node["resource_type"] == "model"
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with connect(file, temp_directory=file.parent / "tmp", limits=LIMITS) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach {text_literal(str(home / 'warehouse.duckdb'))} as warehouse (read_only)")
        if key := find_key(load_settings(home=home)):
            inner, outer = padded_keys(key)
            connection.execute("set variable pseudonym_inner = $1", [inner])
            connection.execute("set variable pseudonym_outer = $1", [outer])
        texts = {key: _compiled(home, node) for key, node in nodes.items()}
        for key in _in_order(nodes):
            _make(connection, nodes[key], texts[key])


def _compiled(home: Path, node: dict[str, Any]) -> str:
    return (home / "dbt/target/compiled" / node["package_name"] / "models" / node["path"]).read_text("utf-8")


def _make(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], sql: str) -> None:
    made, meta = node["config"]["materialized"], node["config"]["meta"]
    name = f"{identifier(node['schema'])}.{identifier(node['name'])}"
    connection.execute(f"create schema if not exists {identifier(node['schema'])}")
    if made != "table_in_parts":
        connection.execute(f"create {'view' if made == 'view' else 'table'} {name} as {sql}")
        return
    rows_in_part = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]["rows_in_part"]
    parts = count_rows(connection, node["schema"], meta["parted_by"]) // rows_in_part + 1
    connection.execute("set variable parts = $1", [parts])
    for part in range(parts):
        connection.execute("set variable part = $1", [part])
        connection.execute(f"insert into {name} {sql}" if part else f"create table {name} as {sql}")
    connection.execute("reset variable part")
    connection.execute("reset variable parts")


def _in_order(nodes: dict[str, dict[str, Any]]) -> list[str]:
    placed: list[str] = []

    def place(key: str) -> None:
        if key in nodes and key not in placed:
            for parent in nodes[key]["depends_on"]["nodes"]:
                place(parent)
            placed.append(key)

    for key in nodes:
        place(key)
    return placed


if __name__ == "__main__":
    if sys.argv[1] == "read":
        read_files(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    else:
        run_models(Path(sys.argv[2]), Path(sys.argv[3]))
