"""Sheet Data age: which data these figures rest on, how old it is, what was refused and why."""

import math
from collections.abc import Sequence

from publish.figures import format_date
from publish.workbook.facts import Facts, Source, month_name
from publish.workbook.page import Page
from publish.workbook.words import tell_missing

WIDTHS = (32, 18, 15, 11, 13, 13, 13, 11, 14, 78)
_COLUMNS = (
    "export",
    "system",
    "data through",
    "age, days",
    "rows in",
    "accepted",
    "known before",
    "rejected",
    "last delivery",
    "why it was refused",
)
_POLICY = "policy."
_LONGEST_REASON = 1500
_LETTERS_IN_REASON = 95


def write_data_age(page: Page, facts: Facts) -> None:
    """Fill the sheet."""
    page.title("Data age", "What the figures rest on, and what is missing")
    row = _write_run(page, facts, 3) + 1
    page.section(row, "What is missing")
    missing = tell_missing(facts)
    for sentence in missing or ("Nothing: every export that a KPI needs was delivered, accepted and is recent.",):
        row += 1
        page.block(row, sentence, "warning" if missing else "words")
    policies = [source for source in facts.sources if _is_well_policy(source)]
    sources = [source for source in facts.sources if source not in policies]
    row = _write_sources(page, sources, row + 2)
    if policies:
        page.section(row + 1, "Policies in force (targets, weights, stages and other reference files)")
        row += 2
        told = (f"{policy.export.removeprefix(_POLICY)} ({policy.rows_accepted:,} rows)" for policy in policies)
        page.block(row, ", ".join(told), "words")
        row += 1
    _write_through(page, facts, row + 1)
    page.sheet.freeze_panes(2, 0)


def _is_well_policy(source: Source) -> bool:
    return source.export.startswith(_POLICY) and source.last_verdict == "accepted"


def _write_run(page: Page, facts: Facts, row: int) -> int:
    run, manifest = facts.run, facts.manifest
    known = f"load {run.known_sequence} of the ledger"
    if run.known_at is not None:
        known += f", {format_date(run.known_at)} {run.known_at:%H:%M} UTC"
    pairs = [
        ("As of", format_date(run.as_of_date)),
        ("As known at", known),
        ("Latest complete month", month_name(facts.month) if facts.month else "none"),
        ("Amounts in", run.reporting_currency),
        ("Days counted in", run.reporting_timezone),
        ("Fiscal year starts in month", str(run.fiscal_year_start)),
    ]
    if manifest is not None:
        pairs.insert(0, ("Generation", str(manifest.generation or "replay")))
        pairs.append(("Build", manifest.facts.build_fingerprint[:12]))
    for name, text in pairs:
        page.text(row, 1, name, "cell", "muted")
        for column in range(2, 6):
            page.text(row, column, text if column == 2 else "", "cell")
        row += 1
    return row


def _write_sources(page: Page, sources: Sequence[Source], row: int) -> int:
    page.section(row, "Deliveries")
    page.header(row + 1, _COLUMNS, texts={1, 8, 9})
    row += 2
    for source in sources:
        _write_source(page, source, row)
        row += 1
    return row


def _write_source(page: Page, source: Source, row: int) -> None:
    is_refused = source.last_verdict != "accepted"
    is_dated = not source.export.startswith(_POLICY)
    page.text(row, 1, source.export, "cell", "strong")
    page.text(row, 2, source.instance, "cell", "left")
    if source.data_through is None:
        page.text(row, 3, "never accepted", "cell", "said")
    else:
        page.text(row, 3, format_date(source.data_through) if is_dated else "always", "cell", "right")
    rows = (source.rows_in, source.rows_accepted, source.rows_collapsed, source.rows_rejected)
    for column, count in enumerate((source.age_days if is_dated else None, *rows), start=4):
        if count is None:
            page.text(row, column, "-", "cell", "said")
        else:
            page.number(row, column, count, "#,##0", "cell")
    verdict = ("refused", "bad", "strong") if is_refused else ("accepted", "good")
    page.text(row, 9, verdict[0], "cell", "left", *verdict[1:])
    reason = (source.last_reason or "")[:_LONGEST_REASON]
    page.text(row, 10, reason, "cell", "left", "wrapped", "small")
    if reason:
        page.sheet.set_row(row, max(18, 13 * math.ceil(len(reason) / _LETTERS_IN_REASON) + 6))


def _write_through(page: Page, facts: Facts, row: int) -> None:
    page.section(row, "Data behind each KPI")
    names: dict[str, list[str]] = {}
    for definition in facts.definitions.values():
        date = facts.data_through.get(definition.kpi_code)
        told = f"through {format_date(date)}" if date else "no value: its data was never delivered"
        names.setdefault(told, []).append(definition.kpi_name)
    for told, kpis in names.items():
        row += 1
        page.block(row, ", ".join(kpis), "cell", "wrapped", first=2)
        page.text(row, 1, told, "cell", "strong", "wrapped")
