"""The mart dictionary for people: every mart and column of a published file as it describes itself, and every KPI.

Descriptions are written once, beside the models, and travel with the file as comments; here they become Markdown.
`make docs` writes `docs/marts.md` from the sample.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

_OPENING = """# Marts

Every table of schema `marts` in `<home>/published/current/partner_kpi.duckdb`, written from the comments that the
file itself carries (`select table_name, comment from duckdb_tables()`). Times are UTC; a `_rate` is 0 to 1; a value
that does not exist is NULL, never 0.
"""
_COLUMNS = """
select columns.table_name, columns.column_name, lower(columns.data_type), columns.comment
from duckdb_columns() as columns
where columns.schema_name = 'marts' and columns.database_name = current_database()
order by columns.table_name, columns.column_index
"""
_RELATIONS = """
select table_name, comment from duckdb_tables() where schema_name = 'marts' and database_name = current_database()
union all
select view_name, comment from duckdb_views() where schema_name = 'marts' and database_name = current_database()
order by 1
"""
_KPIS = """
select family, kpi_code, kpi_name, unit, aggregation, array_to_string(periods, ', '), description
from marts.kpi_definitions
order by family, kpi_code
"""


def dictionary(database: Path) -> str:
    """Markdown of all marts and KPIs of a published file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        relations = connection.execute(_RELATIONS).fetchall()
        columns = connection.execute(_COLUMNS).fetchall()
        kpis = connection.execute(_KPIS).fetchall()
    lines = [_OPENING, *_contents(relations)]
    for name, comment in relations:
        own = [row[1:] for row in columns if row[0] == name]
        lines += _mart(name, comment, own)
    return "\n".join([*lines, *_measures(kpis)]) + "\n"


def _contents(relations: list[tuple[Any, ...]]) -> Iterator[str]:
    yield "| mart | what a row is |"
    yield "|---|---|"
    for name, comment in relations:
        first = _paragraphs(comment)[0].split(". ")[0].rstrip(".")
        yield f"| [{name}](#{name}) | {_cell(first)} |"
    yield "\nWhat the KPI codes mean: [KPIs](#kpis).\n"


def _mart(name: str, comment: str | None, columns: list[tuple[Any, ...]]) -> Iterator[str]:
    yield f"## {name}\n"
    for paragraph in _paragraphs(comment):
        yield f"{paragraph}\n"
    yield "| column | type | what it says |"
    yield "|---|---|---|"
    for column, data_type, said in columns:
        yield f"| `{column}` | {data_type} | {_cell(said or '')} |"
    yield ""


def _measures(kpis: list[tuple[Any, ...]]) -> Iterator[str]:
    yield "## KPIs\n"
    family = None
    for family_name, code, name, unit, aggregation, periods, said in kpis:
        if family_name != family:
            family = family_name
            yield f"\n### {str(family_name).replace('_', ' ').capitalize()}\n"
            yield "| code | name | unit | how | periods | definition |"
            yield "|---|---|---|---|---|---|"
        yield f"| `{code}` | {_cell(name)} | {unit} | {aggregation} | {periods} | {_cell(said)} |"


def _paragraphs(comment: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (comment or "").split("\n\n") if part.strip()] or ["(not described)"]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(dictionary(Path(sys.argv[1])), encoding="utf-8")
