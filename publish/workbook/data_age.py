"""Sheet Data age: which data these figures rest on, how old it is, what was refused and why."""

from publish.figures import format_date
from publish.workbook.facts import Facts, Source, month_name
from publish.workbook.page import Page
from publish.workbook.words import tell_missing

WIDTHS = [30, 18, 15, 10, 12, 12, 12, 10, 14, 70]
_POLICY = "policy."


def write_data_age(page: Page, facts: Facts) -> None:
    """Fill the sheet."""
    page.title("Data age", "What the figures rest on, and what is missing")
    row = _write_run(page, facts, 3)
    row += 1
    page.section(row, "What is missing")
    missing = tell_missing(facts)
    for sentence in missing or (
        "Nothing: every export that a KPI needs was delivered, accepted and is up to date.",
    ):
        row += 1
        page.block(row, sentence, "warning" if missing else "words")
    sources = [source for source in facts.sources if not source.export.startswith(_POLICY)]
    policies = [source for source in facts.sources if source.export.startswith(_POLICY)]
    row = _write_sources(page, "Deliveries", sources, row + 2)
    if policies:
        row = _write_sources(page, "Policies in force", policies, row + 1)
    _write_through(page, facts, row + 1)
    page.sheet.freeze_panes(2, 0)


def _write_run(page: Page, facts: Facts, row: int) -> int:
    run, manifest = facts.run, facts.manifest
    known = (
        f"{run.known_at:%Y-%m-%d %H:%M} UTC, load {run.known_sequence}"
        if run.known_at
        else f"load {run.known_sequence}"
    )
    pairs = [
        ("As of", format_date(run.as_of_date)),
        ("As known at", known),
        ("Latest complete month", month_name(facts.month) if facts.month else "none"),
        ("Amounts in", run.reporting_currency),
        ("Days counted in", run.reporting_timezone),
        ("Fiscal year starts in month", str(run.fiscal_year_start)),
    ]
    if manifest is not None:
        pairs.insert(0, ("Generation", str(manifest.generation)))
        pairs.append(("Build", manifest.facts.build_fingerprint))
    for name, text in pairs:
        page.text(row, 1, name, "cell", "muted")
        page.text(row, 2, text, "cell")
        for column in range(3, 6):
            page.text(row, column, "", "cell")
        row += 1
    return row


def _write_sources(page: Page, title: str, sources: list[Source], row: int) -> int:
    page.section(row, title)
    names = (
        "export",
        "system",
        "data through",
        "age, days",
        "rows in",
        "accepted",
        "rejected",
        "rejected",
        "last delivery",
        "what happened to it",
    )
    page.header(row + 1, names, left=2)
    page.text(row + 1, 9, names[8], "header")
    page.text(row + 1, 10, names[9], "header")
    row += 2
    for source in sources:
        _write_source(page, source, row)
        row += 1
    return row


def _write_source(page: Page, source: Source, row: int) -> None:
    is_refused = source.last_verdict != "accepted"
    page.text(row, 1, source.export, "cell", "top", "strong")
    page.text(row, 2, source.instance, "cell", "top")
    if source.data_through is None:
        page.text(row, 3, "never accepted", "cell", "said", "top")
    else:
        page.date(row, 3, source.data_through, "cell", "top", "right")
    counts = (source.age_days, source.rows_in, source.rows_accepted, source.rows_rejected)
    for column, count in enumerate(counts, start=4):
        if count is None:
            page.text(row, column, "-", "cell", "said", "top")
        else:
            page.number(row, column, count, "#,##0", "cell", "top")
    if source.rows_in:
        page.number(row, 8, (source.rows_rejected or 0) / source.rows_in, "0.0%", "cell", "top")
    else:
        page.text(row, 8, "-", "cell", "said", "top")
    page.text(
        row,
        9,
        "refused" if is_refused else "accepted",
        "cell",
        "top",
        *(("bad", "strong") if is_refused else ("good",)),
    )
    told = source.last_reason or ""
    page.text(row, 10, told[:_LONGEST], "cell", "wrapped", "note")
    if told:
        page.sheet.set_row(row, 13 * -(-len(told[:_LONGEST]) // 80) + 6)


_LONGEST = 1500


def _write_through(page: Page, facts: Facts, row: int) -> None:
    page.section(row, "Data behind each KPI")
    by_date: dict[str, list[str]] = {}
    for kpi_code, date in sorted(
        facts.data_through.items(), key=lambda item: (item[1] is None, item[1], item[0])
    ):
        by_date.setdefault(format_date(date) if date else "no data", []).append(
            facts.definitions[kpi_code].kpi_name
        )
    without = [
        definition.kpi_name
        for code, definition in facts.definitions.items()
        if code not in facts.data_through
    ]
    if without:
        by_date.setdefault("no value", []).extend(without)
    for date_text, names in by_date.items():
        row += 1
        page.text(row, 1, f"through {date_text}" if date_text[0].isdigit() else date_text, "strong", "top")
        page.block(row, ", ".join(names), "plain", first=2, lines=-(-len(", ".join(names)) // 150))
