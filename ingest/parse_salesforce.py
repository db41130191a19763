"""Ids of Salesforce: 15 characters that tell upper from lower case, or 18 of which the last 3 say it once more.

Two layers of the parse (`ingest.parse_values`), shaped -> checked, and the value that is read from them. In layers of
their own and without CASE, because the database works out what is alike only once outside of CASE: the ids of a file
cost a third of what they would in one expression.
"""

# ruff: noqa: S608 - names are made here

from __future__ import annotations

from ingest.parse_plan import Plan, Step

# By the number whose bits say which of five characters are not upper case, the first in the lowest bit.
_CHECKS = "'543210ZYXWVUTSRQPONMLKJIHGFEDCBA'"


def salesforce_layers(plan: Plan) -> dict[str, str]:
    """k<number>, the text where it has the shape of an id, and h<number>, its check characters; none without ids."""
    steps = [step for step in plan.steps if is_salesforce_id(step)]
    if not steps:
        return {}
    shaped = "".join(f", {_shaped(step.text)} as k{step.number}" for step in steps)
    checks = "".join(f", {_checks(f'k{step.number}')} as h{step.number}" for step in steps)
    return {"shaped": f"select *{shaped} from labelled", "checked": f"select *{checks} from shaped"}


def is_salesforce_id(step: Step) -> bool:
    """Whether the column is read so."""
    return step.wanted.logical_type == "string" and step.column.format == "salesforce_id"


def salesforce_id(step: Step) -> str:
    """SQL of the id of 18 characters: 15 get their check characters, 18 must already have the right ones."""
    shaped, checks = f"k{step.number}", f"h{step.number}"
    return f"case when length({shaped}) = 15 or right({shaped}, 3) = {checks} then left({shaped}, 15) || {checks} end"


def _shaped(text: str) -> str:
    return f"case when regexp_full_match({text}, '[0-9A-Za-z]{{15}}([0-9A-Z]{{3}})?') then {text} end"


def _checks(shaped: str) -> str:
    """Each tells which of five characters are upper case: https://help.salesforce.com (article 000385585)."""
    return " || ".join(_check(f"substr({shaped}, {start}, 5)") for start in (1, 6, 11))


def _check(five: str) -> str:
    """SQL of the check character of five letters and digits, as a number of 40 bits.

    Bit 5 of each byte is 0 for upper case only. These five stand 8 places apart; modulo 511, where 2^9 is 1, each of
    them is worth twice the one before, and the first is worth 2.
    """
    letters = f"cast(cast(encode({five}) as BIT) as BIGINT)"
    return f"substr({_CHECKS}, 1 + (({letters} & {0x2020202020}) % 511) // 2, 1)"
