"""What a question to evidence costs: columns that are asked for are read, from the facts, and no fact is copied."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

FAMILIES = Path(__file__).resolve().parents[2] / "dbt" / "models" / "kpis"


def _operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan["children"]:
        yield from _operators(child)


def _plan(marts: duckdb.DuckDBPyConnection, question: str) -> list[dict[str, Any]]:
    row = marts.execute(f"explain (format json) {question}").fetchone()
    assert row is not None
    return [operator for plan in json.loads(row[1]) for operator in _operators(plan)]


def _families(marts: duckdb.DuckDBPyConnection) -> list[str]:
    names = "select view_name from duckdb_views() where schema_name = 'evidence' order by 1"
    return [name for (name,) in marts.execute(names).fetchall()]


def test_no_family_copies_its_fact(marts: duckdb.DuckDBPyConnection) -> None:
    families = _families(marts)
    assert families
    copied = {
        family: [
            operator["extra_info"]["CTE Name"]
            for operator in plan
            if operator["name"] == "CTE" and not operator["extra_info"]["CTE Name"].startswith("__")
        ]
        for family in families
        for plan in [_plan(marts, f"select kpi_code, count(*) from evidence.{family} group by kpi_code")]
    }
    assert {family: names for family, names in copied.items() if names} == {}, (
        "a CTE is computed whole: what is published names no CTE (publish.views)"
    )


def test_no_build_copies_a_fact_for_a_family() -> None:
    """In a build, which nobody sees afterwards, the models themselves say it."""
    models = sorted(FAMILIES.rglob("evidence__*.sql"))
    assert models
    stored = {
        model.stem: found
        for model in models
        if (found := re.findall(r"^(?:with )?(\w+) as (?:materialized )?\($", model.read_text("utf-8"), re.MULTILINE))
    }
    assert stored == {}, "a CTE of an evidence view says `as not materialized` (DECISIONS.md)"


def test_of_a_fact_only_what_is_asked_for_is_read(marts: duckdb.DuckDBPyConnection) -> None:
    plan = _plan(marts, "select count(currency) from marts.kpi_evidence where kpi_code = 'won_amount'")
    asked = [operator["extra_info"] for operator in plan if "Table" in operator["extra_info"]]
    assert {str(scan["Projections"]) for scan in asked if scan["Table"].endswith(".fct_deals")} == {
        "['outcome', 'currency']"
    }


@pytest.mark.parametrize("kpi_code", ["won_amount", "sla_attainment_rate", "certification_time"])
def test_a_code_is_looked_for_in_its_own_facts(marts: duckdb.DuckDBPyConnection, kpi_code: str) -> None:
    plan = _plan(marts, f"select sum(numerator) from marts.kpi_evidence where kpi_code = '{kpi_code}'")
    read = {
        str(operator["extra_info"]["Table"]).rpartition(".")[2]
        for operator in plan
        if "Table" in operator["extra_info"]
    }
    assert len(read - {"kpi_definitions"}) == 1, read
