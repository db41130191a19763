"""A house expectation for Great Expectations: the rules of a delivery hold, all of them asked in one pass.

One expectation for each rule costs the library more than the database: it copies and formats every one of them, and
scans the delivery for each. Here conditions on a row are counted together in one scan, and every other rule is a
query beside them in the same statement. Importing this module costs seconds.
"""

# ruff: noqa: S608 - rules are SQL of this project

from collections.abc import Mapping
from typing import Any, ClassVar

from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from expectations.duckdb_datasource import HeldConnectionEngine
from ingest.sql import identifier

_VIOLATIONS = "rules_hold.violations"


class ViolationsCounted(MetricProvider):
    """How many rows break each rule; the words of the database where it could not find out."""

    metric_name = _VIOLATIONS
    domain_keys = ("batch_id",)
    value_keys = ("conditions", "queries")

    @metric_value(engine=HeldConnectionEngine)
    def _count(
        cls,  # noqa: N805 - metric functions are called with their class
        execution_engine: HeldConnectionEngine,
        metric_value_kwargs: dict[str, dict[str, str]],
        **_: Any,
    ) -> dict[str, int | str]:
        conditions, queries = metric_value_kwargs["conditions"], metric_value_kwargs["queries"]
        with execution_engine.get_connection() as connection:
            try:
                return {**_counted(connection, conditions, queries)}
            except SQLAlchemyError:
                return _one_by_one(connection, conditions, queries)


class ExpectRulesToHold(BatchExpectation):
    """Registers itself as `expect_rules_to_hold`. `conditions` are of rows that break a rule, `queries` find them.

    What it observes is the number of such rows for each rule, or why that could not be found out.
    """

    conditions: dict[str, str]
    queries: dict[str, str]

    success_keys: ClassVar[tuple[str, ...]] = ("conditions", "queries")
    metric_dependencies: ClassVar[tuple[str, ...]] = (_VIOLATIONS,)

    def _validate(
        self,
        metrics: dict[str, dict[str, int | str]],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library calls it so
        execution_engine: Any = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        found = metrics[_VIOLATIONS]
        return {"success": all(each == 0 for each in found.values()), "result": {"observed_value": found}}


def _counted(connection: Connection, conditions: Mapping[str, str], queries: Mapping[str, str]) -> dict[str, int]:
    """The rows that break each rule, by one statement."""
    counts = [f"count(*) filter (where {condition}) as {identifier(rule)}" for rule, condition in conditions.items()]
    counts += [
        f"(select count(*) from (\n{query}\n) as violations) as {identifier(rule)}" for rule, query in queries.items()
    ]
    scanned = " from candidate" if conditions else ""
    row = connection.exec_driver_sql(f"select {', '.join(counts)}{scanned}").one()
    return {rule: int(count) for rule, count in zip([*conditions, *queries], row, strict=True)}


def _one_by_one(
    connection: Connection, conditions: Mapping[str, str], queries: Mapping[str, str]
) -> dict[str, int | str]:
    """A rule that raises takes no other with it."""
    found: dict[str, int | str] = {}
    for rule in (*conditions, *queries):
        alone = [{name: sql for name, sql in each.items() if name == rule} for each in (conditions, queries)]
        connection.rollback()
        try:
            found |= _counted(connection, *alone)
        except SQLAlchemyError as error:
            found[rule] = str(error.__cause__ or error)
    connection.rollback()
    return found
