"""Rules that the contract already promises: columns and types, required values, the key, what values may be.

They are derived, never written down twice, and critical unless a suite says otherwise. Business rules stand
in `suites/`.
"""

# ruff: noqa: S608 - names and values come from the contracts, and are quoted by ingest.sql

from collections.abc import Iterator
from typing import Any

from expectations.predicates import Between, CompoundUnique, InSet, NotNull, Unique
from expectations.rules import Rule
from ingest.contracts import Column, ExportContract
from ingest.sql import identifier, text_literal


def structure_rules(contract: ExportContract) -> tuple[Rule, ...]:
    """Derive the rules that every delivery of an export must keep."""
    by_column = [rule for column in contract.columns for rule in _column_rules(contract, column)]
    return (_columns_as_promised(contract), _unique_key(contract), *by_column)


def _columns_as_promised(contract: ExportContract) -> Rule:
    promised = ", ".join(f"({text_literal(each.name)}, {text_literal(each.type)})" for each in contract.columns)
    return _rule(
        contract,
        "columns_as_promised",
        "The parsed file does not have the columns and types of the contract. This is a fault of the "
        "program: please report it.",
        sql=f"""
            select
                promised.name as promised_column,
                promised.type as promised_type,
                found.column_type as found_type,
            from (values {promised}) as promised (name, type)
            left join (describe candidate) as found on found.column_name = promised.name
            where found.column_type is distinct from promised.type
        """,
        show=("promised_column", "promised_type", "found_type"),
    )


def _unique_key(contract: ExportContract) -> Rule:
    key = contract.key
    return _rule(
        contract,
        "unique_key",
        f"The key ({', '.join(key)}) stands in several different rows. Ask the sender which of them holds, "
        "or say so in the vendor mapping (`on_duplicate`).",
        expectation=Unique.expectation if len(key) == 1 else CompoundUnique.expectation,
        kwargs={"column": key[0]} if len(key) == 1 else {"column_list": list(key)},
    )


def _column_rules(contract: ExportContract, column: Column) -> Iterator[Rule]:
    name, show = column.name, () if column.personal else (column.name,)
    if column.required:
        yield _rule(
            contract,
            f"required_{name}",
            f"`{name}` is required and empty here. Ask the sender for it, or let the vendor mapping fill it.",
            expectation=NotNull.expectation,
            kwargs={"column": name},
        )
    if column.allowed:
        yield _rule(
            contract,
            f"allowed_{name}",
            f"`{name}` may only be one of {', '.join(column.allowed)}. Correct the value, or let the vendor "
            "mapping translate it.",
            expectation=InSet.expectation,
            kwargs={"column": name, "value_set": list(column.allowed)},
            show=show,
        )
    limits = (("min_value", "at least", column.minimum), ("max_value", "at most", column.maximum))
    given = [(argument, words, limit) for argument, words, limit in limits if limit is not None]
    if given:
        yield _rule(
            contract,
            f"range_{name}",
            f"`{name}` must be {' and '.join(f'{words} {limit:g}' for _, words, limit in given)}. Correct "
            "the value, or look at the format and unit that the vendor mapping declares for it.",
            expectation=Between.expectation,
            kwargs={"column": name, **{argument: limit for argument, _, limit in given}},
            show=show,
        )
    if column.pattern is not None:
        column_sql, pattern = identifier(name), text_literal(column.pattern)
        yield _rule(
            contract,
            f"pattern_{name}",
            f"`{name}` does not look as the contract describes it: {column.description} Correct the value, "
            "or look at the column that the vendor mapping takes it from.",
            sql=f"select * from candidate where not regexp_matches({column_sql}, {pattern})",
            show=show,
        )


def _rule(contract: ExportContract, rule_id: str, message: str, **said: Any) -> Rule:
    return Rule(id=rule_id, export=contract.export, severity="critical", message=message, **said)
