"""Words for people: a broken rule's message with its count and a few of the rows, or why a rule raised.

Rows are counted and shown by the rule's own SQL, once it has failed. Only keys and the columns that the rule shows are
quoted, never a column with personal data.
"""

# ruff: noqa: S608 - rules are SQL of this project; names are quoted by ingest.sql

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from expectations.rules import Rule
from expectations.validation import Outcome
from ingest.contracts import ExportContract
from ingest.sql import identifiers

EXAMPLES: Final = 3
LONGEST_VALUE: Final = 60
RECORD: Final = "_record_number"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How many rows violate a rule (None where that could not be found out), and one paragraph about it."""

    unexpected_count: int | None
    message: str


def describe(connection: Connection, *, rule: Rule, outcome: Outcome, contract: ExportContract) -> Finding:
    """Say what is wrong where a rule did not pass; nothing about one that did."""
    if outcome.passed:
        return Finding(unexpected_count=0, message="")
    if outcome.error is not None:
        return Finding(
            unexpected_count=None,
            message=f"Rule {rule.id} on {contract.name} could not be evaluated, so that nothing was loaded: "
            f"{outcome.error.rstrip('.')}. This is a fault of the rule or of the program, not of the "
            "data: mend the suite or report it.",
        )
    violations = f"(\n{rule.predicate.violations()}\n) as violations"
    count, examples = None, ""
    try:
        count = int(connection.exec_driver_sql(f"select count(*) from {violations}").scalar_one())
        examples = _examples(connection, rule, count, violations, contract)
    except SQLAlchemyError:
        connection.rollback()
    return Finding(unexpected_count=count, message=" ".join(f"{rule.message} {examples}".split()))


def _examples(connection: Connection, rule: Rule, count: int, violations: str, contract: ExportContract) -> str:
    described = connection.exec_driver_sql(f"describe select * from {violations}").fetchall()
    found = {str(row[0]) for row in described}
    personal = {column.name for column in contract.columns if column.personal}
    columns = [name for name in dict.fromkeys((*contract.key, *rule.show)) if name in found - personal]
    if RECORD not in found:
        return f"Found: {_rows(connection, columns, violations)}." if columns else ""
    rows = f"{count} row{'' if count == 1 else 's'}"
    return f"{rows}, for example {_rows(connection, [RECORD, *columns], violations)}."


def _rows(connection: Connection, columns: list[str], violations: str) -> str:
    names = identifiers(columns)
    query = f"select {names} from {violations} order by {names} limit {EXAMPLES}"
    rows = connection.exec_driver_sql(query).fetchall()
    labels = ["record" if name == RECORD else name for name in columns]
    return "; ".join(
        ", ".join(f"{label} {_value(cell)}" for label, cell in zip(labels, row, strict=True)) for row in rows
    )


def _value(cell: object) -> str:
    if cell is None:
        return "(empty)"
    if isinstance(cell, list):
        return ", ".join(_value(each) for each in cell)
    text = "".join(letter if letter.isprintable() else " " for letter in str(cell))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
