"""The only module that runs Great Expectations: one in-memory context, reused for every delivery of a run.

It turns rules into expectations, runs them in SQL in one validation, and gives plain outcomes back. It
decides nothing and words nothing: see `gate` and `findings`.
"""

import gc
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from expectations.rules import Rule


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Whether one rule holds; `error` says why that could not be found out."""

    passed: bool
    error: str | None = None


class Validation:
    """A context and a datasource whose one connection stays open, on an in-memory database of its own."""

    def __init__(self, *, memory_limit: str) -> None:
        with _quiet(), _uncollected():
            import great_expectations  # noqa: PLC0415 - costs 3 to 9 seconds

            from expectations import rules_hold  # noqa: F401, PLC0415 - registers its expectation
            from expectations.duckdb_datasource import DuckDBDatasource  # noqa: PLC0415

            self._gx: Any = great_expectations
            name = f"gate_{uuid4().hex}"
            context: Any = great_expectations.get_context(mode="ephemeral")
            context.enable_analytics(False)
            context.variables.progress_bars = {"globally": False, "metric_calculations": False}
            source: Any = context.data_sources.add_or_update_duckdb(
                DuckDBDatasource(name=name, connection_string=f"duckdb:///:memory:{name}")
            )
            self._engine: Any = source.get_execution_engine()
            with self._engine.get_connection() as connection:
                self.connection: Connection = connection
            self.connection.exec_driver_sql(f"set memory_limit = '{memory_limit}'")
            self.connection.exec_driver_sql("set TimeZone = 'UTC'")
            self.connection.exec_driver_sql("create view candidate as select 1 as placeholder")
            self.connection.commit()
            asset = source.add_table_asset(name="candidate", table_name="candidate")
            self._batches: Any = asset.add_batch_definition_whole_table("delivery")

    def evaluate(self, rules: Sequence[Rule]) -> Mapping[str, Outcome]:
        """Run the rules on the views `candidate` and `delivery`; a rule without an outcome was not evaluated.

        Whatever the library raises becomes the `error` of every rule.
        """
        with _quiet(), _uncollected():
            try:
                suite = self._gx.ExpectationSuite(name="delivery", expectations=[self._expectation(rules)])
                (result,) = self._batches.get_batch().validate(suite, result_format="BASIC").results
                found = result.result.get("observed_value")
                if found is None:
                    raise ValueError(_raised(result))
            except Exception as error:  # no rule was evaluated
                found = {rule.id: _words(error) for rule in rules}
            self.connection.rollback()
        return {rule_id: _outcome(count) for rule_id, count in found.items()}

    def close(self) -> None:
        """Give the memory back."""
        self._engine.close()

    def _expectation(self, rules: Sequence[Rule]) -> Any:
        conditions = {rule.id: rule.predicate.condition() for rule in rules}
        configuration = self._gx.expectations.expectation_configuration.ExpectationConfiguration(
            type="expect_rules_to_hold",
            kwargs={
                "conditions": {rule_id: said for rule_id, said in conditions.items() if said is not None},
                "queries": {rule.id: rule.predicate.violations() for rule in rules if conditions[rule.id] is None},
            },
        )
        return configuration.to_domain_obj()


def _outcome(found: int | str) -> Outcome:
    """Of what was counted, or of the words for why it could not be."""
    return Outcome(passed=found == 0) if isinstance(found, int) else Outcome(passed=False, error=_words(found))


def _raised(result: Any) -> str:
    """What the library says it caught."""
    raised = dict(result.exception_info or {})
    causes = [raised] if "exception_message" in raised else list(raised.values())
    return str(causes[0]["exception_message"]) if causes else "no reason"


def _words(error: object) -> str:
    return " ".join(str(error).split())[:300]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking the library's objects: a quarter of its import, a fifth of an audit."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a library's log lines and warnings off the terminal; what matters of them is in the outcomes."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.captureWarnings(False)
            logger.setLevel(level)
