"""The macro `pseudonym`: HMAC-SHA256 in plain SQL, with a key that no statement holds."""

from __future__ import annotations

import hashlib
import hmac

import duckdb
import jinja2
import pytest

from ingest.keyed_hash import padded_keys
from partner_kpi.pseudonyms import pseudonym
from tests.conftest import PROJECT

MACROS = (PROJECT / "dbt" / "macros" / "pseudonym.sql").read_text(encoding="utf-8")
SQL = jinja2.Template(MACROS + "{{ pseudonym('who') }}").render().strip()
VALUES = ["17", "Ada Byron", "jo@mail.example.com", "Ünïcode ☃", "x" * 500, ""]


def ask(key: bytes | None) -> list[str]:
    """The pseudonym of each value in the instance `lms`."""
    with duckdb.connect() as connection:
        for name, padded in zip(("inner", "outer"), padded_keys(key) if key else (), strict=False):
            connection.execute(f"set variable pseudonym_{name} = $1", [padded])
        connection.execute("create table people as select 'lms' as _instance, unnest($1) as who", [[*VALUES, None]])
        return [row[0] for row in connection.execute(f"select {SQL} from people").fetchall()]


@pytest.mark.parametrize("key", [b"k" * 32, b"k" * 64, b"k" * 200, "schlüssel".encode() * 5])
def test_sql_gives_what_pythons_hmac_gives(key: bytes) -> None:
    """For keys shorter and longer than the hash's block, and any text; nobody has no pseudonym."""
    expected = [hmac.new(key, f"lms:{value}".encode(), hashlib.sha256).hexdigest()[:32] for value in VALUES]
    assert ask(key) == [*expected, None]
    assert [pseudonym(key, "lms", value) for value in VALUES] == expected


def test_another_key_gives_other_pseudonyms() -> None:
    """All of them."""
    one, other = ask(b"k" * 32)[:-1], ask(b"l" * 32)[:-1]
    assert set(one).isdisjoint(other)


def test_without_a_key_nothing_is_made() -> None:
    """Not a NULL, which would pass for nobody, but an error that says what to set."""
    with pytest.raises(duckdb.InvalidInputException, match="set PARTNER_KPI_PSEUDONYM_KEY"):
        ask(None)


def test_the_key_stands_in_no_statement() -> None:
    """Only the names of the session variables do."""
    assert SQL.count("getvariable('pseudonym_inner')") == SQL.count("getvariable('pseudonym_outer')") == 1
