"""Two published files side by side: which they are, what each knew, and the evidence of both with its segments.

`before` and `after` are attached read-only; what is compared stands in temporary tables of the connection. What moved
is `restatement_cells`', why is `restatement_evidence`'s.
"""

# ruff: noqa: S608 - names are this room's own or quoted, values are bound

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from ingest.sql import identifier, text_literal
from publish.errors import NoGenerationError, UnreadableGenerationError
from publish.generation import Generation
from publish.manifest import DeliveryFact
from publish.segments import attributes_of

SIDES = ("before", "after")
_OF_ITSELF = {
    "all": "'all'",
    "all_partners": "if(evidence.partner_id = 'direct', null, 'all_partners')",
    "partner": "evidence.partner_id",
    "route": "coalesce(evidence.route, 'unknown')",
}


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What one unit of a currency was worth in the reporting currency on a day, as one side knew it."""

    side: str
    rate_date: dt.date
    currency: str
    fx_rate: Decimal


@contextmanager
def open_both(before: Generation, after: Generation) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that holds both files. Raises NoGenerationError and UnreadableGenerationError."""
    with tempfile.TemporaryDirectory(prefix="restatement-") as spill:
        try:
            with duckdb.connect(config={"temp_directory": spill}) as connection:
                connection.execute("set TimeZone = 'UTC'")
                for side, generation in zip(SIDES, (before, after), strict=True):
                    if not generation.database.is_file():
                        raise NoGenerationError(generation.database)
                    path = text_literal(str(generation.database))
                    connection.execute(f"attach {path} as {side} (read_only)")
                yield connection
        except (duckdb.IOException, duckdb.CatalogException, duckdb.BinderException) as error:
            raise UnreadableGenerationError(before.directory, str(error).splitlines()[0]) from error


def loads_between(before: Generation, after: Generation) -> tuple[DeliveryFact, ...]:
    """Accepted loads, policies included, that one side knows and the other does not, in the order of the ledger."""
    known = [{load.load_seq: load for load in _loads(side)} for side in (before, after)]
    both = known[0].keys() & known[1].keys()
    return tuple(load for seq, load in sorted((known[0] | known[1]).items()) if seq not in both)


def write_loads(connection: duckdb.DuckDBPyConnection, before: Generation, after: Generation) -> None:
    """The temporary table `loads_between`."""
    connection.execute(
        "create or replace temp table loads_between"
        " (load_seq bigint, export varchar, instance varchar, file_name varchar, is_policy boolean)"
    )
    policies = {load.load_seq for side in (before, after) for load in side.manifest.facts.policies}
    for load in loads_between(before, after):
        connection.execute(
            "insert into loads_between values (?, ?, ?, ?, ?)",
            [load.load_seq, load.export, load.instance, load.file_name, load.load_seq in policies],
        )


def write_rates(connection: duckdb.DuckDBPyConnection, rates: tuple[Rate, ...]) -> None:
    """The temporary table `rates`: what values stocks of money on the last day of a window."""
    connection.execute(
        "create or replace temp table rates (side varchar, rate_date date, currency varchar, fx_rate decimal(20, 12))"
    )
    if rates:
        rows = [(rate.side, rate.rate_date, rate.currency, rate.fx_rate) for rate in rates]
        connection.executemany("insert into rates values (?, ?, ?, ?)", rows)


def write_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    """The temporary tables `evidence_before` and `evidence_after`: each row with the segments it is counted in."""
    for side in SIDES:
        connection.execute(
            f"""
            create or replace temp table evidence_{side} as
            select
                evidence.* exclude (definition_version),
                definitions.definition_version,
                definitions.aggregation,
                definitions.basis,
                definitions.is_money,
                {_segments(connection, side)} as segments
            from {side}.marts.kpi_evidence as evidence
            inner join {side}.marts.kpi_definitions as definitions on evidence.kpi_code = definitions.kpi_code
            asof left join {side}.marts.dim_partner_history as history
                on evidence.partner_id = history.partner_id
                and coalesce(evidence.anchor_date, date '9999-12-31') >= history.valid_from
            left join {side}.marts.dim_partners as partners on evidence.partner_id = partners.partner_id
            """
        )


def _segments(connection: duckdb.DuckDBPyConnection, side: str) -> str:
    """A map from segment type to value; a type that the file does not describe is left out."""
    columns = {
        (table, column)
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns() where database_name = ? and schema_name = 'marts'",
            [side],
        ).fetchall()
    }
    types = connection.execute(
        f"select distinct unnest(segments) from {side}.marts.kpi_definitions order by 1"
    ).fetchall()
    entries = []
    for (segment_type,) in types:
        relation, attributes = attributes_of(segment_type)
        table = {"history": "dim_partner_history", "partners": "dim_partners"}[relation]
        if segment_type in _OF_ITSELF:
            entries.append(f"{text_literal(segment_type)}: {_OF_ITSELF[segment_type]}")
        elif all((table, attribute) in columns for attribute in attributes):
            parts = ", ".join(f"coalesce({relation}.{identifier(each)}, 'unknown')" for each in attributes)
            value = f"if(evidence.partner_id = 'direct', null, concat_ws(' / ', {parts}))"
            entries.append(f"{text_literal(segment_type)}: {value}")
    return f"map {{{', '.join(entries)}}}"


def _loads(generation: Generation) -> tuple[DeliveryFact, ...]:
    facts = generation.manifest.facts
    return facts.deliveries + facts.policies
