"""The dashboard's questions get answers, all clients ask all of them, and each client counts as many."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest
import yaml

from bench import queries


@pytest.fixture
def asked() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(queries.QUESTIONS.read_text("utf-8"))
    return found


def test_each_question_is_answered_of_the_sample(asked: dict[str, str], sample_file: Path) -> None:
    """By rows: a question whose answer is empty would be fast for nothing."""
    assert len(asked) == 10
    with duckdb.connect(sample_file, read_only=True) as connection:
        connection.execute("use partner_kpi.marts")
        partner = connection.execute(
            "select partner_id from fct_deals where outcome = 'open' group by all order by count(*) desc limit 1"
        ).fetchone()
        assert partner is not None
        for name, query in asked.items():
            bound = {"partner": partner[0]} if "$partner" in query else None
            assert connection.execute(query, bound).fetchall(), name


def test_clients_begin_with_another_question_and_ask_all(asked: dict[str, str]) -> None:
    """Else all of them would wait for the same one at the same time."""
    turned = [queries._turned(asked, number) for number in range(queries.CLIENTS)]
    assert len({next(iter(each)) for each in turned}) == queries.CLIENTS
    assert all(each == asked for each in turned)


def test_a_client_counts_answers_from_where_all_are_ready(sample_file: Path) -> None:
    """The cold answer before it is not among them."""
    waited = threading.Barrier(1)
    asked = {"one": "select count(*) from kpi_values where segment_value = $partner", "two": "select 1"}
    taken = queries._ask(str(sample_file), asked, waited)
    assert {name: len(seconds) for name, seconds in taken.items()} == dict.fromkeys(asked, queries.ROUNDS)
