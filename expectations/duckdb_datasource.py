"""Great Expectations on DuckDB: a datasource type of our own, and how it looks up a table's columns.

Through the generic SQL datasource every metric fails, because Great Expectations reads the cursor after it
has closed its connection; this one keeps a single connection open. Importing this module costs seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ingest.sql import identifier


class HeldConnectionEngine(SqlAlchemyExecutionEngine):
    """Runs all metrics on one connection that stays open; a failed query leaves it usable."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """Yield the held connection."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except SQLAlchemyError:
            self._connection.rollback()
            raise

    def close(self) -> None:
        """Close the held connection and its engine, so that the file can be opened elsewhere."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DescribedColumns(TableMetricProvider):
    """Names and types of a table's columns in one statement; by SQLAlchemy's reflection they cost 80 ms each time."""

    metric_name = "table.column_types"
    value_keys = ("include_nested",)
    default_kwarg_values = {"include_nested": True}  # noqa: RUF012 - as the library declares it

    @metric_value(engine=HeldConnectionEngine)
    def _described(
        cls,  # noqa: N805 - metric functions are called with their class
        execution_engine: HeldConnectionEngine,
        metric_domain_kwargs: dict[str, Any],
        **_: Any,
    ) -> list[dict[str, str]]:
        batch: Any = execution_engine.batch_manager.batch_data_cache[metric_domain_kwargs["batch_id"]]
        with execution_engine.get_connection() as connection:
            rows = connection.exec_driver_sql(f"describe {identifier(batch.source_table_name)}").fetchall()
        return [{"name": row[0], "type": row[1]} for row in rows]


EngineType: TypeAlias = type[SqlAlchemyExecutionEngine]  # within the class, `type` is the datasource's


class DuckDBDatasource(SQLDatasource):
    """A SQL datasource that registers itself as `duckdb`."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> EngineType:
        """The engine with the held connection."""
        return HeldConnectionEngine
