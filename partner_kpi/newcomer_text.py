"""How a proposed mapping and a dry run look in a terminal. Nothing is computed here."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.proposal import FileProposal
from ingest.proposal.lines import Line, example
from ingest.proposal.yaml import file_lines, why_no_export
from partner_kpi.dry_run_report import DryRun, ExportCheck, FileCheck
from partner_kpi.new_vendor import WrittenProposal
from partner_kpi.terminal import wide_console

CERTAINTY_STYLES = {"sure": "green", "likely": "cyan", "unsure": "yellow"}


def show_proposal(written: WrittenProposal) -> None:
    """A table per file, what is left to answer, and what to type next."""
    console = wide_console()
    for file in written.proposal.files:
        if file.candidate is None:
            console.print(f"[bold]{escape(file.sample.path.name)}[/]: {escape(why_no_export(file))}; ignored")
        else:
            _show_file(console, file)
    asked = [
        (file, line)
        for file in written.proposal.files
        if file.candidate is not None
        for line in (*file_lines(file), *file.export_lines, *file.column_lines)
        if line.kind == "question"
    ]
    if asked:
        console.print("\n[bold]Questions left[/] (marked `question` in the file):")
    for file, line in asked:
        _show_question(console, file, line)
    console.print(f"\nWritten: {written.path}", soft_wrap=True, markup=False)
    if written.covers_built_in:
        console.print(
            f"It stands over the built-in mapping of that name: give another --name to keep {written.path.stem}."
        )
    if written.problem is not None:
        console.print(f"It cannot be used yet: {written.problem}", style="yellow", markup=False)
    for command in written.next_commands:
        console.print(f"Next: {command}", soft_wrap=True, markup=False)


def show_check(answer: DryRun) -> None:
    """A paragraph per file and export, and the verdict."""
    console = wide_console()
    for file in answer.files:
        _show_checked_file(console, file)
    console.print(f"{answer.compared_with}.", style="dim", soft_wrap=True, markup=False)


def _show_file(console: Console, file: FileProposal) -> None:
    assert file.candidate is not None
    export, records = file.candidate.contract.name, file.sample.records
    title = f"{file.sample.path.name} -> {export} ({file.candidate.fit:.0%} fit, {records:,} rows)"
    table = Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in ("source header", "canonical column", "format", "certainty", "first value"):
        table.add_column(name)
    for match in file.candidate.matches:
        format_ = "lookup" if match.lookup else "?" if match.reading.is_open else match.reading.format or ""
        cells = (match.source.header, match.column.name, format_)
        style = CERTAINTY_STYLES[match.certainty]
        table.add_row(*map(escape, cells), f"[{style}]{match.certainty}[/]", escape(example(match.source)))
    for name in file.candidate.missing:
        table.add_row("?", escape(name), "", "[bold red]missing[/]", "")
    console.print()
    console.print(table)


def _show_question(console: Console, file: FileProposal, line: Line) -> None:
    note = " ".join(line.note.split())
    console.print(f"  - {file.sample.path.name}, {line.about}: {note}", markup=False)


def _show_checked_file(console: Console, file: FileCheck) -> None:
    place = f"{file.instance}/{file.path.name}"
    if file.problem is not None:
        console.print(f"{place}\n  {file.problem}", markup=False)
        console.print("  [bold red]Refused:[/] a run would report it and load nothing of it.\n")
    elif file.is_ignored:
        console.print(f"{place}: the mapping ignores it (ignore_files).\n", markup=False)
    for export in file.exports:
        console.print(f"{place} -> {export.export}", markup=False)
        _show_export(console, file, export)


def _show_export(console: Console, file: FileCheck, export: ExportCheck) -> None:
    as_of = export.as_of_date or "in the rows"
    console.print(f"  mapping {export.vendor}, pattern {export.pattern}, as of {as_of}", markup=False)
    if export.rows_in is not None:
        counts = (export.rows_in, export.rows_accepted, export.rows_rejected, export.rows_collapsed)
        words = ("rows in", "accepted", "rejected", "collapsed")
        console.print("  " + ", ".join(f"{count:,} {word}" for count, word in zip(counts, words, strict=True)))
    for row in export.rejected:
        value = "" if row.value is None else f' "{row.value}"'
        console.print(f"    {row.place}, {row.column}:{value} {row.reason}", markup=False)
    left = (export.rows_rejected or 0) - len(export.rejected)
    if left > 0:
        console.print(f"    and {left:,} more")
    for name, headers in (("kept as JSON", export.kept_columns), ("ignored", export.ignored_columns)):
        if headers:
            console.print(f"  columns not mapped, {name}: {', '.join(headers)}", markup=False)
    for style, kind, rules in (("bold red", "failed", export.failed), ("yellow", "warning", export.warnings)):
        for rule in rules:
            console.print(f"  [{style}]{kind}[/] {escape(rule.rule_id)}: {escape(' '.join(rule.message.split()))}")
    _show_verdict(console, file, export)


def _show_verdict(console: Console, file: FileCheck, export: ExportCheck) -> None:
    name = escape(file.path.name)
    if not export.would_load:
        console.print(
            f"  [bold red]Refused:[/] a run would put {name} into quarantine; the last good data would stay.\n"
        )
    elif export.known_load is not None:
        console.print(f"  [green]Accepted[/] already, as load {export.known_load}: a run would do nothing.\n")
    else:
        taken = f"{export.rows_accepted:,} rows of {name} as {export.export} as of {export.as_of_date}"
        console.print(f"  [green]Accepted:[/] a run would take in {taken}.\n")
