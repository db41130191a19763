"""Views of a build, rewritten so that they work in another file under any alias.

dbt writes the catalog into every name (`"build"."marts"."fct_deals"`); a reader attaches the published file
under a name of its own. The definition is taken apart by DuckDB's own parser, never by replacing text: a
catalog's name may also stand inside a string.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import duckdb

from publish.errors import UnpublishableViewError

_NAME = r'(?:"(?:[^"]|"")*"|[^\s".(),]+)'
_CREATE_VIEW = re.compile(
    rf"create\s+view\s+{_NAME}(?:\.{_NAME}){{0,2}}\s*(?P<aliases>\({_NAME}(?:,\s*{_NAME})*\))?\s+as\s+(?P<query>.*?);?\s*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class View:
    """A view without any catalog in its query; `reads` are the (schema, name) pairs it selects from."""

    schema: str
    name: str
    query: str
    reads: frozenset[tuple[str, str]]

    @property
    def label(self) -> str:
        """`schema.name`, for people."""
        return f"{self.schema}.{self.name}"


def read_views(connection: duckdb.DuckDBPyConnection, catalog: str, schemas: Sequence[str]) -> tuple[View, ...]:
    """All views of these schemas in an attached file, ordered so that each stands after those it reads.

    Raises UnpublishableViewError for a view that reads from another schema, or that cannot be taken apart.
    """
    rows = connection.execute(
        "select schema_name, view_name, sql from duckdb_views() "
        "where database_name = ? and list_contains(?, schema_name) order by all",
        [catalog, list(schemas)],
    ).fetchall()
    views = {(schema, name): _take_apart(connection, schema, name, sql) for schema, name, sql in rows}
    for view in views.values():
        outside = sorted(f"{schema}.{name}" for schema, name in view.reads if schema not in schemas)
        if outside:
            raise UnpublishableViewError(view.label, f"it reads {', '.join(outside)}")
    return _by_dependency(views)


def _by_dependency(views: Mapping[tuple[str, str], View]) -> tuple[View, ...]:
    graph = {key: sorted(view.reads & views.keys()) for key, view in views.items()}
    try:
        return tuple(views[key] for key in TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        loop = [f"{schema}.{name}" for schema, name in cycle.args[1]]
        raise UnpublishableViewError(loop[0], f"it reads itself through {' - '.join(loop)}") from cycle


def _take_apart(connection: duckdb.DuckDBPyConnection, schema: str, name: str, sql: str) -> View:
    label = f"{schema}.{name}"
    statement = _CREATE_VIEW.fullmatch(sql)
    if statement is None:
        raise UnpublishableViewError(label, "its definition is not a plain 'create view'")
    parsed = connection.execute("select json_serialize_sql(?::varchar)", [statement["query"]]).fetchone()
    assert parsed is not None
    tree = json.loads(parsed[0])
    if tree["error"]:
        raise UnpublishableViewError(label, f"its query cannot be read ({tree.get('error_message')})")
    tree = _without_ctes(tree, {})
    ctes = {cte["key"] for node in _nodes(tree) for cte in node.get("cte_map", {}).get("map", ())}
    tables = [
        node
        for node in _nodes(tree)
        if node.get("type") == "BASE_TABLE" and (node["schema_name"] or node["table_name"] not in ctes)
    ]
    catalogs = {table["catalog_name"] for table in tables} - {""}
    for table in tables:
        table["catalog_name"] = ""
        table["schema_name"] = table["schema_name"] or schema
    for column in (node for node in _nodes(tree) if node.get("class") == "COLUMN_REF"):
        parts = column["column_names"]
        if len(parts) >= 4 and parts[0] in catalogs:
            column["column_names"] = parts[1:]
    written = connection.execute("select json_deserialize_sql(?::json)", [json.dumps(tree)]).fetchone()
    assert written is not None
    aliases = f" as published_view{statement['aliases']}" if statement["aliases"] else ""
    return View(
        schema=schema,
        name=name,
        query=f"select * from ({written[0]}){aliases}" if aliases else written[0],  # noqa: S608 - the parser's own text
        reads=frozenset((table["schema_name"], table["table_name"]) for table in tables),
    )


def _without_ctes(part: Any, named: Mapping[str, Any]) -> Any:
    """The statement with every CTE put where it is named; one that recurs stays.

    DuckDB computes a CTE that is named twice once and whole, so that no condition of a reader reaches the tables, and
    neither its parser nor files of the published format keep `not materialized`.
    """
    if isinstance(part, list):
        return [_without_ctes(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "BASE_TABLE" and not part["schema_name"] and part["table_name"] in named:
        cte = named[part["table_name"]]
        return {
            "type": "SUBQUERY",
            "alias": part["alias"] or part["table_name"],
            "sample": part["sample"],
            "query_location": part["query_location"],
            "subquery": cte["query"],
            "column_name_alias": part["column_name_alias"] or cte["aliases"],
        }
    if part.get("cte_map", {}).get("map"):
        staying = []
        for cte in part["cte_map"]["map"]:
            if cte["value"]["query"]["node"]["type"] == "RECURSIVE_CTE_NODE":
                named = {name: value for name, value in named.items() if name != cte["key"]}
                staying.append({**cte, "value": _without_ctes(cte["value"], named)})
            else:
                named = {**named, cte["key"]: _without_ctes(cte["value"], named)}
        part = {**part, "cte_map": {"map": staying}}
    return {name: _without_ctes(value, named) if name != "cte_map" else value for name, value in part.items()}


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Every object of a parsed statement, at any depth."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
