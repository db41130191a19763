"""The kinds of expectation that a rule may use: a closed list, each proven on DuckDB by a test.

A predicate has the name and arguments of the Great Expectations class that says the same, and the SQL of the rows that
violate it, by which it is evaluated (`rules_hold`) and from which examples are shown. `candidate` is the parsed
delivery, `delivery` its one row of facts. Great Expectations itself is not imported here.
"""

# ruff: noqa: S608 - rules are SQL of this project; names and values are quoted by ingest.sql

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final, Self

import duckdb
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ingest.sql import identifier, identifiers, text_literal


class Predicate(BaseModel, ABC):
    """One expectation: `arguments` are what the suite file calls `kwargs`, and nothing else is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    expectation: ClassVar[str]

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Columns of the export that the predicate names as arguments."""

    @abstractmethod
    def violations(self) -> str:
        """Return the SQL of the violating rows."""

    def condition(self) -> str | None:
        """Return the SQL that is true of a violating row, where a row can be told to violate by itself."""
        return None

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the Great Expectations class."""
        return self.model_dump(mode="json", exclude_none=True)


class NotNull(Predicate):
    """A column always has a value."""

    expectation = "expect_column_values_to_not_be_null"
    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def condition(self) -> str:
        """It is empty."""
        return f"{identifier(self.column)} is null"

    def violations(self) -> str:
        """Rows where it is empty."""
        return f"select * from candidate where {self.condition()}"


class InSet(Predicate):
    """A column holds only the values listed; empty is allowed."""

    expectation = "expect_column_values_to_be_in_set"
    column: str
    value_set: tuple[str, ...] = Field(min_length=1, strict=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def condition(self) -> str:
        """It is another value."""
        return f"{identifier(self.column)} not in ({', '.join(text_literal(value) for value in self.value_set)})"

    def violations(self) -> str:
        """Rows with another value."""
        return f"select * from candidate where {self.condition()}"


class Between(Predicate):
    """A number lies between two bounds; empty is allowed."""

    expectation = "expect_column_values_to_be_between"
    column: str
    min_value: int | float | None = None
    max_value: int | float | None = None
    strict_min: bool = False
    strict_max: bool = False

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min_value is None and self.max_value is None:
            raise ValueError("min_value or max_value is needed, else every value passes")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def condition(self) -> str:
        """It is outside the bounds."""
        bounds = (
            ("<=" if self.strict_min else "<", self.min_value),
            (">=" if self.strict_max else ">", self.max_value),
        )
        outside = [f"{identifier(self.column)} {sign} {bound}" for sign, bound in bounds if bound is not None]
        return " or ".join(outside)

    def violations(self) -> str:
        """Rows outside the bounds."""
        return f"select * from candidate where {self.condition()}"


class Unique(Predicate):
    """A column holds each value once."""

    expectation = "expect_column_values_to_be_unique"
    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def violations(self) -> str:
        """All rows that share a value."""
        return f"select * from candidate qualify count(*) over (partition by {identifier(self.column)}) > 1"


class CompoundUnique(Predicate):
    """Several columns together hold each combination once."""

    expectation = "expect_compound_columns_to_be_unique"
    column_list: tuple[str, ...] = Field(min_length=2, strict=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns."""
        return self.column_list

    def violations(self) -> str:
        """All rows that share a combination."""
        key = identifiers(self.column_list)
        return f"select * from candidate qualify count(*) over (partition by {key}) > 1"


class NoSuchRows(Predicate):
    """A query finds no row: everything that the other kinds cannot say."""

    expectation = "expect_no_such_rows"
    sql: str

    @field_validator("sql")
    @classmethod
    def _one_query(cls, sql: str) -> str:
        try:
            statements = duckdb.extract_statements(sql)
        except duckdb.Error as error:
            raise ValueError(f"the sql cannot be read: {' '.join(str(error).split())}") from error
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ValueError("the sql must be one select of the violating rows")
        return sql.strip().rstrip(";")

    @property
    def columns(self) -> tuple[str, ...]:
        """None: the query is checked by running it."""
        return ()

    def violations(self) -> str:
        """The rows found."""
        return self.sql


# What a suite file may name; everything else is said by `sql`.
PREDICATES: Final[dict[str, type[Predicate]]] = {
    kind.expectation: kind for kind in (NotNull, InSet, Between, Unique, CompoundUnique)
}
