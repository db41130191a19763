"""The leadership workbook: one file that can be read without asking anyone.

Each sheet is a module; what they show comes from `facts`, how cells look from `look`. This module puts them
together and writes the file whole or not at all.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ingest.crash_points import passing
from publish.errors import WorkbookNotWrittenError
from publish.generation import read_generation
from publish.manifest import MANIFEST_NAME, Manifest
from publish.reading import open_generation
from publish.workbook import data_age, definitions, programme, ranking, region, trends, watch_list
from publish.workbook.facts import Facts
from publish.workbook.gathering import gather_facts
from publish.workbook.look import Look
from publish.workbook.page import Edition, Page

# Texts stay texts: no formula, link or number is ever made out of one.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_workbook(generation_file: Path, target: Path) -> None:
    """Write the workbook of a published `partner_kpi.duckdb` to `target`; equal input gives equal bytes.

    Raises NoGenerationError or UnreadableGenerationError for the file, WorkbookNotWrittenError where `target`
    cannot be written; a workbook that stood there before then stays.
    """
    directory = generation_file.resolve().parent
    manifest = read_generation(directory).manifest if (directory / MANIFEST_NAME).is_file() else None
    with open_generation(generation_file) as connection:
        facts = gather_facts(connection, manifest)
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(partial), _OPTIONS) as book:
            _fill(book, facts, manifest)
        passing("workbook.half_written")
        partial.replace(target)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        partial.unlink(missing_ok=True)
        raise WorkbookNotWrittenError(target, str(error)) from error


def _fill(book: Any, facts: Facts, manifest: Manifest | None) -> None:
    generation = manifest.generation or None if manifest else None  # a replay has none
    created = dt.datetime.combine(facts.run.as_of_date, dt.time())
    book.set_properties({"title": "Partner programme scorecard", "created": created})
    look, edition = Look(book), Edition(as_of=facts.run.as_of_date, generation=generation)

    def add(name: str, widths: Sequence[float]) -> Page:
        return Page(book, look, edition, name, widths)

    first = add("Programme", programme.WIDTHS)
    regions = {name: add(name, region.WIDTHS) for name in region.regions_of(facts)}
    partners = add("Partner ranking", ranking.widths(facts))
    watched = add("Watch list", watch_list.WIDTHS)
    catalogue = add("Definitions", definitions.WIDTHS)
    age = add("Data age", data_age.WIDTHS)
    drawn = None
    if facts.month is not None:
        drawn = trends.write_trends(add("Trends", trends.WIDTHS), facts, facts.month)
        for name, page in regions.items():
            region.write_region(page, facts, drawn, facts.month, name)
    programme.write_programme(first, facts, drawn)
    ranking.write_ranking(partners, facts, facts.month)
    watch_list.write_watch_list(watched, facts)
    definitions.write_definitions(catalogue, facts)
    data_age.write_data_age(age, facts)
