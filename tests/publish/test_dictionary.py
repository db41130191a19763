"""The mart dictionary for people is what the published file says of itself."""

from __future__ import annotations

from pathlib import Path

from publish.dictionary import dictionary
from tests.conftest import PROJECT


def test_the_mart_dictionary_is_that_of_the_published_file(sample_file: Path) -> None:
    """docs/marts.md was written from the file that the sample publishes now; `make docs` writes it again."""
    assert (PROJECT / "docs" / "marts.md").read_text(encoding="utf-8") == dictionary(sample_file)


def test_every_mart_and_column_is_described(sample_file: Path) -> None:
    """Nothing in the published file is without a description."""
    lines = dictionary(sample_file).splitlines()
    assert [line for line in lines if line.endswith("|  |") or "(not described)" in line] == []
