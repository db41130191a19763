"""The KPI mechanism alone: dbt's own model files, rendered without dbt, in memory, over evidence that a test makes up.

Here is what a test may simulate (clocks, dated facts, stocks, deliveries) and how it is turned into kpi_values.
Nothing is computed here: the SQL comes from `dbt/`, word for word; a table made beforehand stands for the model of
its name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import duckdb
import jinja2
import pandas as pd
from jinja2.ext import Extension
from jinja2.nodes import Macro, Node
from jinja2.parser import Parser

DBT = Path(__file__).parents[2] / "dbt"
VARIABLES = {"kpi_families": ["simulated"], "reporting_currency": "USD", "reporting_timezone": "UTC"}
_RETURNED = re.compile(r"<returned (\d+)>")
ALL_PERIODS = ("month", "quarter", "trailing_12m", "fiscal_ytd", "all_time")

# What lies outside the mechanism, with the columns that it reads.
INPUTS = """
create table int_run_parameters (
    as_of_date date, known_sequence bigint, reporting_currency varchar, fiscal_year_start integer
);
create schema ledger;
create table ledger.loads (
    load_seq bigint, export varchar, instance varchar, as_of_date date, verdict varchar, history_from date,
    committed_at timestamp
);
create table stg_policy__kpi_catalogue (
    kpi_code varchar, family varchar, kpi_name varchar, description varchar, unit varchar, direction varchar,
    aggregation varchar, basis varchar, statistics varchar[], horizons bigint[], stop_outcomes varchar[],
    periods varchar[], partner_periods varchar[], segments varchar[], period_basis varchar, sources varchar[],
    entity varchar, accountable varchar, owner varchar, interval_method varchar, definition_version varchar,
    valid_from date, min_observations bigint, min_events bigint, duration_unit varchar, is_money boolean
);
create table stg_policy__kpi_derivations (
    kpi_code varchar, term bigint, factor_code varchar, factor_statistic varchar, factor_dimension varchar,
    coefficient decimal(18, 6), exponent bigint
);
create table stg_policy__segments (segment_type varchar, label varchar, attribute varchar, sort_order bigint);
insert into stg_policy__segments values
    ('all', 'Everything', 'everything', 1), ('all_partners', 'All partners', 'partners', 2),
    ('partner', 'Partner', 'partner_id', 3), ('region', 'Region', 'region', 4);
create table dim_partner_history (
    partner_version_id varchar, partner_id varchar, valid_from date, partner_type varchar, motion varchar,
    tier varchar, region varchar, country varchar, manager varchar, parent_partner_id varchar, status varchar
);
create table dim_partners as
select * exclude (partner_version_id, valid_from), false as is_reserved, false as is_test from dim_partner_history;
insert into dim_partners by name
select unnest(['direct', 'unmatched']) as partner_id, true as is_reserved, false as is_test;
create table stg_finance__fx_rates (rate_date date, currency varchar, units_per_eur decimal(24, 12));
"""


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """What the catalogue says of a code, as far as the mechanism asks."""

    code: str
    aggregation: str
    basis: str = "period"
    statistics: Sequence[str] = ("value",)
    horizons: Sequence[int] = ()
    stop_outcomes: Sequence[str] | None = None
    interval_method: str = "none"
    min_observations: int = 0
    min_events: int = 0
    is_money: bool = False
    periods: Sequence[str] = ALL_PERIODS
    partner_periods: Sequence[str] = ("trailing_12m", "all_time")
    segments: Sequence[str] = ("all",)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """An accepted delivery: up to when an instance of an export has shown anything."""

    instance: str
    as_of: dt.date
    export: str = "crm.opportunities"


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What is put in. `clocks` and `facts` have the columns of CLOCK_COLUMNS and FACT_COLUMNS; a missing one is NULL.

    Every clock is evidence of every KPI with aggregation `clock`; a fact names its own code. With `families` the
    evidence is that of dbt's own families instead, over `tables`: models of these names, as they are given.
    """

    as_of: dt.date
    kpis: Sequence[Kpi]
    clocks: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)
    deliveries: Sequence[Delivery] = ()
    regions: Sequence[tuple[str, dt.date, str]] = ()
    rates: Sequence[tuple[dt.date, str, str]] = ()
    derivations: Sequence[tuple[str, str, str, int]] = ()
    fiscal_year_start: int = 1
    families: Sequence[str] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


CLOCK_COLUMNS = {
    "clock_id": "varchar", "partner_id": "varchar", "dimension": "varchar", "start_date": "date", "stop_date": "date",
    "outcome": "varchar", "entered_date": "date", "observed_through": "date", "excluded_reason": "varchar",
}  # fmt: skip
FACT_COLUMNS = {
    "fact_id": "varchar", "kpi_code": "varchar", "partner_id": "varchar", "event_date": "date", "valid_from": "date",
    "valid_to": "date", "numerator": "decimal(38, 12)", "denominator": "decimal(38, 12)", "currency": "varchar",
    "duration": "bigint", "excluded_reason": "varchar",
}  # fmt: skip


class Materialization(Extension):
    """dbt's tag that says how models are stored, read and left out: here each is a table."""

    tags: ClassVar[set[str]] = {"materialization"}

    def parse(self, parser: Parser) -> list[Node]:
        """Nothing, whatever the tag holds."""
        while parser.stream.current.type != "block_end":
            next(parser.stream)
        parser.parse_statements(("name:endmaterialization",), drop_needle=True)
        return []


class Models:
    """dbt's models on demand: naming one builds it, and first what it refers to.

    `statements` are what was run, in order: elsewhere they build the same tables without being rendered again.
    `environment` holds what dbt would read there.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        variables: Mapping[str, object] = VARIABLES,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._connection = connection
        self.statements: list[str] = []
        self._paths = {path.stem: path for path in (DBT / "models").rglob("*.sql")}
        self._built = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        self._returned: list[object] = []
        self._environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined, autoescape=False, extensions=["jinja2.ext.do", Materialization]
        )
        self._environment.globals.update(
            {
                "ref": self.build,
                "source": lambda schema, table: f"{schema}.{table}",
                "var": variables.__getitem__,
                "env_var": lambda name, default="": environment.get(name, default),
                "config": lambda **_: "",
                "execute": False,
                "return": self._return,
            }
        )
        # A macro may call any other: all names are there before the first file is read.
        self._macros: dict[str, Callable[..., str]] = {}
        files = [path.read_text("utf-8") for path in sorted((DBT / "macros").rglob("*.sql"))]
        for text in files:
            for macro in self._environment.parse(text).find_all(Macro):
                self._environment.globals[macro.name] = self._returning(macro.name)
        for text in files:
            module = vars(self._environment.from_string(text).module)
            self._macros.update({name: macro for name, macro in module.items() if callable(macro)})

    def build(self, name: str) -> str:
        """Make the table of the model, unless it is there; gives the name to select from."""
        if name not in self._built:
            self.statements.append(f'create table "{name}" as {self.render(self._paths[name].read_text("utf-8"))}')
            self._connection.execute(self.statements[-1])
            self._built.add(name)
        return f'"{name}"'

    def make(self, name: str, template: str) -> None:
        """Make a table in place of the model of that name from SQL that may use dbt's macros."""
        self._connection.execute(f'create table "{name}" as {self.render(template)}')
        self._built.add(name)

    def render(self, template: str) -> str:
        """SQL of a template as dbt would compile it."""
        return self._environment.from_string(template).render()

    def _return(self, value: object) -> str:
        # dbt's `return` hands back a value that is not text: a mark stands for it within the text.
        self._returned.append(value)
        return f"<returned {len(self._returned) - 1}>"

    def _returning(self, name: str) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            text = self._macros[name](*arguments, **named)
            if whole := _RETURNED.fullmatch(text.strip()):
                return self._returned[int(whole[1])]
            # A macro beside it in its file took the value for text.
            return _RETURNED.sub(lambda mark: str(self._returned[int(mark[1])]), text)

        return call


def simulate(simulation: Simulation) -> duckdb.DuckDBPyConnection:
    """kpi_values of what was simulated, with all models behind it, as tables of an in-memory database."""
    connection = duckdb.connect(":memory:", config={"threads": 2})
    connection.execute(INPUTS)
    _insert_policies(connection, simulation)
    _insert_frame(connection, "simulated_clocks", CLOCK_COLUMNS, simulation.clocks)
    _insert_frame(connection, "simulated_facts", FACT_COLUMNS, simulation.facts)
    for name, frame in simulation.tables.items():
        # A frame has no dates of its own.
        columns = (f'cast("{c}" as date) as "{c}"' if frame[c].dtype.kind == "M" else f'"{c}"' for c in frame.columns)
        connection.execute(f'create table "{name}" as select {", ".join(columns)} from frame')
    _know_partners(connection)
    models = Models(connection)
    clock_codes = [kpi.code for kpi in simulation.kpis if kpi.aggregation == "clock"]
    own = [f"select * from {{{{ ref('evidence__{family}') }}}}" for family in simulation.families]
    models.make("evidence__simulated", "\nunion all\n".join(own or [_FACTS, *map(_clock_select, clock_codes)]))
    models.build("kpi_values")
    return connection


_FACTS = """
select {{ evidence_row(
    kpi_code='replaced', entity_type='fact', entity_id='fact_id', partner_id='partner_id', event_date='event_date',
    valid_from='valid_from', valid_to='valid_to', duration='duration', outcome="if(duration is null, null, 'won')",
    numerator='numerator', denominator='denominator', currency='currency', excluded_reason='excluded_reason',
) | replace("'replaced'", 'kpi_code') }}
from simulated_facts
"""


def _clock_select(code: str) -> str:
    return f"""
select {{{{ day_clock_row(
    kpi_code='{code}', entity_type='clock', entity_id='clock_id', partner_id='partner_id', dimension='dimension',
    start='start_date', stop='stop_date', outcome='outcome', entered='entered_date',
    observed_through='observed_through', excluded_reason='excluded_reason',
) }}}}
from simulated_clocks
"""


def _insert_policies(connection: duckdb.DuckDBPyConnection, simulation: Simulation) -> None:
    connection.execute(
        "insert into int_run_parameters values (?, 1000, 'USD', ?)",
        [simulation.as_of, simulation.fiscal_year_start],
    )
    deliveries = simulation.deliveries or [Delivery(instance="crm", as_of=simulation.as_of)]
    for number, delivery in enumerate(deliveries, 1):
        connection.execute(
            "insert into ledger.loads values (?, ?, ?, ?, 'accepted', null, timestamp '2026-01-01')",
            [number, delivery.export, delivery.instance, delivery.as_of],
        )
    for kpi in simulation.kpis:
        said = {
            "kpi_code": kpi.code,
            "aggregation": kpi.aggregation,
            "basis": kpi.basis,
            "statistics": list(kpi.statistics),
            "horizons": list(kpi.horizons) or None,
            "stop_outcomes": None if kpi.stop_outcomes is None else list(kpi.stop_outcomes),
            "interval_method": kpi.interval_method,
            "min_observations": kpi.min_observations,
            "min_events": kpi.min_events,
            "is_money": kpi.is_money,
            "periods": list(kpi.periods),
            "partner_periods": list(kpi.partner_periods),
            "segments": list(kpi.segments),
            "sources": ["crm.opportunities"],
            "definition_version": "1",
            "duration_unit": "day",
        }
        columns = ", ".join(f"? as {name}" for name in said)
        connection.execute(f"insert into stg_policy__kpi_catalogue by name select {columns}", list(said.values()))
    for partner_id, valid_from, region in simulation.regions:
        connection.execute(
            "insert into dim_partner_history by name"
            " select ? || '@' || ? as partner_version_id, ? as partner_id, ?::date as valid_from, ? as region",
            [partner_id, str(valid_from), partner_id, valid_from, region],
        )
    for rate in simulation.rates:
        connection.execute("insert into stg_finance__fx_rates values (?, ?, ?)", rate)
    for kpi_code, factor_code, statistic, exponent in simulation.derivations:
        connection.execute(
            "insert into stg_policy__kpi_derivations values (?, 1, ?, ?, '', 1, ?)",
            [kpi_code, factor_code, statistic, exponent],
        )


def _know_partners(connection: duckdb.DuckDBPyConnection) -> None:
    """Every partner that anything put in names is in dim_partners, as the real one holds all that facts may name."""
    naming = connection.execute(
        "select table_name from duckdb_columns() where column_name = 'partner_id' and table_name != 'dim_partners'"
    ).fetchall()
    named = " union ".join(f'select partner_id from "{table}"' for (table,) in naming)
    connection.execute(
        "insert into dim_partners by name select partner_id, false as is_reserved, false as is_test"
        f" from ({named}) where partner_id not in (select partner_id from dim_partners)"
    )


def _insert_frame(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], frame: pd.DataFrame
) -> None:
    stray = set(frame.columns) - set(columns)
    assert not stray, f"nobody reads {stray}"
    connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    if not frame.empty:
        connection.execute(f"insert into {table} by name select * from frame")
