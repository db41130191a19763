"""Rejected rows for people: by what is wrong, with a few of each. Values of personal data are left out.

The ledger, which only the owner of the home reads, keeps them whole.
"""

# ruff: noqa: S608 - `source` is a relation of this project, values are bound

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ingest.contracts import ExportContract

EXAMPLES = 3
PERSONAL = "(personal data)"


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    """A row that could not be read; `value` is what its cell says, `place` its line, behind the name of its part."""

    place: str
    value: str | None


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Rows that one rule rejected for one column, and the first of them."""

    rule: str
    column_name: str
    rows: int
    examples: tuple[RejectedRow, ...]


def rejections(
    connection: duckdb.DuckDBPyConnection, source: str, values: list[object], contract: ExportContract | None
) -> tuple[Rejection, ...]:
    """What `source` (`ledger.rejected_rows where ...`, with `values` bound) rejected; most rows first.

    A column that the contract does not know, or no longer knows, counts as personal.
    """
    open_ = {column.name for column in contract.columns if not column.personal} if contract else set()
    found = connection.execute(
        "select rule, column_name, count(*),"
        " list({'place': concat(part || ', ', 'line ', line_number), 'value': value} order by record_number)"
        f"[:{EXAMPLES}] from {source} group by all order by count(*) desc, column_name, rule",
        values,
    ).fetchall()
    return tuple(
        Rejection(
            rule=rule,
            column_name=column,
            rows=rows,
            examples=tuple(
                RejectedRow(place=each["place"], value=shown(each["value"], is_open=column in open_))
                for each in examples
            ),
        )
        for rule, column, rows, examples in found
    )


def shown(value: str | None, *, is_open: bool) -> str | None:
    """The value, unless it is somebody's."""
    return value if is_open or value is None else PERSONAL
