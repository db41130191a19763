"""Published generations against their manifests: bytes of every file, rows of every table. Reads only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from publish.errors import DamagedGenerationError
from publish.generation import Generation, current_generation, read_generation, verify_generation
from publish.relations import count_rows


def check_published(published: Path) -> Iterator[str]:
    """Every generation that is there, and the pointer; a sentence per finding."""
    try:
        current_generation(published)
    except DamagedGenerationError as error:
        yield f"The pointer {published / 'current'} leads to no whole generation: {error}"
    folders = sorted(published.glob("gen-*")) if published.is_dir() else []
    for folder in folders:
        if re.fullmatch(r"gen-\d{6,}", folder.name):
            yield from _check(folder)


def _check(folder: Path) -> Iterator[str]:
    try:
        generation = read_generation(folder)
        verify_generation(generation)
        yield from _check_rows(generation)
    except DamagedGenerationError as error:
        yield str(error)
    except duckdb.Error as error:
        yield f"The generation {folder} does not open: {str(error).splitlines()[0]} Publish again from the warehouse."


def _check_rows(generation: Generation) -> Iterator[str]:
    with duckdb.connect(generation.database, read_only=True) as connection:
        for relation in generation.manifest.relations:
            rows = count_rows(connection, *relation.name.split(".", 1))
            if rows != relation.rows:
                yield (
                    f"The generation {generation.directory} has {rows} rows in {relation.name}, its manifest says "
                    f"{relation.rows}. Publish again from the warehouse."
                )
