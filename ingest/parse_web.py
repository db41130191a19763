"""Web addresses of a delivery, read once per distinct address: a table that the typed rows join.

The rules of a domain are `ingest.domains`'.
"""

# ruff: noqa: S608 - names are quoted, values are bound (ingest.sql)

from __future__ import annotations

import duckdb

from ingest.parse_columns import text_layers, with_list
from ingest.parse_plan import Plan
from ingest.sql import Values


def prepare_domains(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Fill the temporary table `domains(address, domain)` for every web_domain column of the plan."""
    connection.execute("create or replace temp table domains (address VARCHAR, domain VARCHAR)")
    texts = [step.at("l") for step in plan.steps if step.column.format == "web_domain"]
    if not texts:
        return
    # Importing the suffix list takes a third of a second, which most exports never need.
    from ingest.domains import registrable_domains  # noqa: PLC0415

    values = Values()
    layers = with_list(text_layers(plan, values))
    listed = " union ".join(
        f"select distinct {web_address(text)} as address from labelled where {text} <> ''" for text in texts
    )
    addresses = [row[0] for row in connection.execute(f"{layers} {listed}", values.bound).fetchall()]
    domains = registrable_domains(addresses)
    connection.execute(
        "insert into domains select unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
        [list(domains), list(domains.values())],
    )


def web_address(text: str) -> str:
    """SQL of the part that tells the domain: of an e-mail address the host, for a million people share a few hosts."""
    is_mail = f"contains({text}, '@') and not contains({text}, '//')"
    return f"case when {is_mail} then split_part({text}, '@', -1) else {text} end"
