"""Great Expectations on DuckDB: a datasource type of our own, and nothing else.

Through the generic SQL datasource every metric fails, because Great Expectations reads the cursor after it
has closed its connection; this one keeps a single connection open. Importing this module costs seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError


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


EngineType: TypeAlias = type[SqlAlchemyExecutionEngine]  # within the class, `type` is the datasource's


class DuckDBDatasource(SQLDatasource):
    """A SQL datasource that registers itself as `duckdb`."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> EngineType:
        """The engine with the held connection."""
        return HeldConnectionEngine
