"""The build stops where a source no longer matches: the data test's own SQL, rendered without dbt, over made rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pytest

DBT = Path(__file__).parents[2] / "dbt"
Matches = dict[tuple[str, str], int]


def failing(matches: Matches, limits: dict[tuple[str, str], float]) -> str | None:
    """The sentence that the build would end with; matches by (instance, status), limits by (export, instance)."""
    text = "".join(
        (DBT / part).read_text(encoding="utf-8")
        for part in ("macros/fail_with_message.sql", "tests/policy/match_rate_reaches_its_limit.sql")
    )
    sql = jinja2.Environment(autoescape=False).from_string(text).render(ref=lambda name: name)
    with duckdb.connect() as connection:
        connection.execute("create table match_review (source_export varchar, instance varchar, match_status varchar)")
        for (instance, status), count in matches.items():
            made = "insert into match_review select 'crm.accounts', $1, $2 from range($3)"
            connection.execute(made, [instance, status, count])
        connection.execute(
            "create table stg_policy__match_rate_limits "
            "(source_export varchar, instance varchar, minimum_rate decimal(9, 4))"
        )
        for (export, instance), rate in limits.items():
            connection.execute(
                "insert into stg_policy__match_rate_limits values ($1, $2, $3)", [export, instance, rate]
            )
        try:
            assert connection.execute(sql).fetchall() == []
        except duckdb.Error as error:
            return str(error)
    return None


ANY = {("crm.accounts", "*"): 0.5}


def test_below_its_limit_the_build_fails_with_one_sentence() -> None:
    """It says which source, how many match, what is asked for and what to do."""
    said = failing({("sf", "matched"): 4, ("sf", "no_candidate"): 5, ("sf", "ambiguous"): 1}, ANY)
    assert said is not None
    assert "Only 4 of 10 records of crm.accounts from sf match a partner, fewer than the 50.0 % that" in said
    assert said.count(".csv") == 2
    assert "\n" not in said


@pytest.mark.parametrize(
    ("matches", "limits"),
    [
        ({("sf", "matched"): 5, ("sf", "no_candidate"): 5}, ANY),
        ({("sf", "matched"): 0, ("sf", "no_candidate"): 9}, ANY),
        ({("sf", "matched"): 5, ("sf", "no_candidate"): 5, ("sf", "forbidden_by_override"): 90}, ANY),
        ({("sf", "no_candidate"): 10}, {("lms.companies", "*"): 0.5}),
        ({("sf", "matched"): 1, ("sf", "no_candidate"): 9}, ANY | {("crm.accounts", "sf"): 0.1}),
        ({("sf", "matched"): 9, ("sf", "no_candidate"): 1, ("hs", "no_candidate"): 9}, ANY),
        ({}, ANY),
    ],
)
def test_at_its_limit_or_with_too_little_to_say_the_build_goes_on(
    matches: Matches, limits: dict[tuple[str, str], float]
) -> None:
    """Fewer than ten records say nothing, what is forbidden is no part, and an instance's own limit counts."""
    assert failing(matches, limits) is None


def test_each_instance_is_judged_by_itself() -> None:
    """A small new source that matches nothing does not hide behind a large old one; an own limit may be stricter."""
    large = {("sf", "matched"): 1000, ("sf", "no_candidate"): 10}
    assert "from hs" in str(failing(large | {("hs", "no_candidate"): 10}, ANY))
    assert "99.5 %" in str(failing(large, ANY | {("crm.accounts", "sf"): 0.995}))
