"""A house expectation for Great Expectations: a query on the delivery finds no row.

The library's own expectation for queries runs each query twice, and formats and binds what is in it; here it is plain
SQL and runs once. Importing this module costs seconds.
"""

from typing import Any, ClassVar

from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

from expectations.duckdb_datasource import HeldConnectionEngine

_COUNT = "no_such_rows.count"


class RowsFound(MetricProvider):
    """How many rows a query finds; only counted, so that the database need not fetch their columns."""

    metric_name = _COUNT
    domain_keys = ("batch_id",)
    value_keys = ("sql",)

    @metric_value(engine=HeldConnectionEngine)
    def _count(
        cls,  # noqa: N805 - metric functions are called with their class
        execution_engine: HeldConnectionEngine,
        metric_value_kwargs: dict[str, str],
        **_: Any,
    ) -> int:
        with execution_engine.get_connection() as connection:
            query = f"select count(*) from (\n{metric_value_kwargs['sql']}\n) as violations"  # noqa: S608 - rules are SQL
            return int(connection.exec_driver_sql(query).scalar_one())


class ExpectNoSuchRows(BatchExpectation):
    """Registers itself as `expect_no_such_rows`; what it observes is the number of rows."""

    sql: str

    success_keys: ClassVar[tuple[str, ...]] = ("sql",)
    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)

    def _validate(
        self,
        metrics: dict[str, int],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library calls it so
        execution_engine: Any = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        found = metrics[_COUNT]
        return {"success": found == 0, "result": {"observed_value": found}}
