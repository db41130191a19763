"""Views as they are published: the same rows without a CTE, so that a condition of a reader reaches the tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from publish.views import View, read_views

VIEWS = {
    "named twice": "with a as (select n from marts.t where n < 4) select n from a union all select n + 10 from a",
    "one of another": (
        "with a as (select n from marts.t), b as (select n * 2 as m from a) select a.n, b.m from a join b on a.n = b.m"
    ),
    "columns renamed": "with a (x, y) as (select n, n * n from marts.t) select a.y from a where a.x = 3",
    "under an alias": "with a as (select n from marts.t) select one.n from a as one join a as two on one.n = two.n + 1",
    "columns renamed again": "with a (x) as (select n from marts.t) select one.z from a as one (z)",
    "as a table is named": "with t as (select n from marts.t where n = 1) select t.n from t",
    "shadowed inside": (
        "with a as (select n from marts.t where n = 1) "
        "select n from (with a as (select n from marts.t where n = 2) select n from a) as b union all select n from a"
    ),
    "in a condition": (
        "with a as (select max(n) as most from marts.t) select n from marts.t where n = (select most from a)"
    ),
    "not materialized": "with a as not materialized (select n from marts.t) select n from a intersect select n from a",
}


def _published(build: Path, query: str) -> tuple[View, list[object], list[object]]:
    """The view as it would be published, its rows before and its rows after."""
    with duckdb.connect(build) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.t as select unnest(range(6)) as n")
        connection.execute(f"create view marts.v as {query}")
        before = connection.execute("from marts.v order by all").fetchall()
        (view,) = read_views(connection, build.stem, ["marts"])
        after = connection.execute(f"from ({view.query}) as published order by all").fetchall()
    return view, before, after


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS.keys())
def test_a_view_says_the_same_without_its_ctes(query: str, tmp_path: Path) -> None:
    view, before, after = _published(tmp_path / "build.duckdb", query)
    assert before
    assert after == before
    assert not view.query.lower().startswith("with ")
    assert view.reads == {("marts", "t")}


def test_what_recurs_stays_a_cte(tmp_path: Path) -> None:
    query = (
        "with recursive first as (select 1 as n), "
        "counted as (select n from first union all select n + 1 from counted where n < 3) select n from counted"
    )
    view, before, after = _published(tmp_path / "build.duckdb", query)
    assert after == before == [(1,), (2,), (3,)]
    assert "recursive" in view.query.lower()
