"""What is true of the sample by how it was made, asked of the published file."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from partner_kpi.pseudonyms import KEY_NAME, pseudonym

FACTS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("planted_facts.json").read_text("utf-8"))


@pytest.mark.parametrize("fact", FACTS, ids=[fact["id"] for fact in FACTS])
def test_planted_fact(fact: dict[str, Any], sample_home: Path, sample_file: Path) -> None:
    """The fact that was planted can be read off the marts, where people stand as pseudonyms."""
    fact = _with_pseudonyms(fact, (sample_home / KEY_NAME).read_text("ascii").strip().encode())
    with duckdb.connect(sample_file, read_only=True) as connection:
        rows = connection.execute(fact["query"]).fetchall()
    found = [list(row) for row in rows]
    found = found[0] if len(found) == 1 else found
    found = found[0] if isinstance(found, list) and len(found) == 1 else found
    assert (
        _plain(found) == pytest.approx(fact["expected"], rel=1e-9, abs=1e-9)
        if _is_number(fact["expected"])
        else (_plain(found) == fact["expected"])
    ), fact["statement"]


def test_there_are_enough_facts() -> None:
    """At least three hundred facts are planted, each under its own name."""
    assert len({fact["id"] for fact in FACTS}) == len(FACTS) >= 300


def _with_pseudonyms(fact: dict[str, Any], key: bytes) -> dict[str, Any]:
    """The fact in the words of the marts: a learner that it asks for, a manager that it expects."""
    query = re.sub(
        r"learner_id = '(\w+):(\w+)'",
        lambda who: f"learner_id = '{who[1]}:{pseudonym(key, who[1], who[2])}'",
        fact["query"],
    )
    is_manager = "cast(manager as varchar)" in query
    expected = pseudonym(key, "partnerstack", fact["expected"]) if is_manager else fact["expected"]
    return {**fact, "query": query, "expected": expected}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
