"""Web addresses of a delivery, read once per distinct text: a table that the typed rows join.

The rules of a domain are `ingest.domains`'.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import duckdb

from ingest.parse_columns import text_layers, with_list
from ingest.parse_plan import Plan
from ingest.sql import Values


def prepare_domains(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Fill the temporary table `domains(written, domain)` for every web_domain column of the plan."""
    connection.execute("create or replace temp table domains (written VARCHAR, domain VARCHAR)")
    texts = [step.at("l") for step in plan.steps if step.column.format == "web_domain"]
    if not texts:
        return
    # Importing the suffix list takes a third of a second, which most exports never need.
    from ingest.domains import registrable_domains  # noqa: PLC0415

    values = Values()
    layers = with_list(text_layers(plan, values))
    listed = " union ".join(f"select {text} as written from labelled where {text} <> ''" for text in texts)
    written = [row[0] for row in connection.execute(f"{layers} {listed}", values.bound).fetchall()]
    domains = registrable_domains(written)
    connection.execute(
        "insert into domains select unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
        [list(domains), list(domains.values())],
    )
