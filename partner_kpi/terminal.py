"""How a run, a status and their problems look in a terminal. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from ingest.delivery import LoadResult
from partner_kpi.refresh import RunReport
from partner_kpi.road import Narrator
from partner_kpi.status import Status
from partner_kpi.verification import Verification
from publish.leaders import read_leaders

POLICY_PREFIX = "policy."
LEAST_WIDTH = 110
VERDICT_STYLES = {"accepted": "green", "quarantined": "bold red", "duplicate": "dim"}


def wide_console() -> Console:
    """Tables need a hundred columns; a narrower terminal wraps lines rather than cells."""
    console = Console(highlight=False)
    return console if console.width >= LEAST_WIDTH else Console(highlight=False, width=LEAST_WIDTH)


def quiet_narrator() -> Narrator:
    """Tells nobody: for --json and for tests."""
    return Narrator(tell=lambda _: None, loaded=lambda _: None, progress=lambda _done, _of: None)


@contextmanager
def terminal_narrator() -> Iterator[Narrator]:
    """Says each step as it begins, each delivery as it is taken in, and shows how far the build is."""
    console = wide_console()
    bar = Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=40),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        console=console,
        transient=True,
    )
    task = bar.add_task("models and tests", total=None, visible=False)

    def advance(done: int, of: int) -> None:
        bar.update(task, completed=done, total=of, visible=True)

    def tell(sentence: str) -> None:
        bar.update(task, visible=False)
        console.print(f"{sentence} ...")

    def loaded(result: LoadResult) -> None:
        if result.verdict != "duplicate":
            style = VERDICT_STYLES[result.verdict]
            place = f"{result.instance}/{result.file_name}"
            console.print(f"  [{style}]{result.verdict:<11}[/] {result.export:<26} {place}")

    with bar:
        yield Narrator(tell=tell, loaded=loaded, progress=advance)


def show_report(report: RunReport) -> None:
    """The summary after a run: deliveries, the top of the scorecard, what was published where."""
    console = wide_console()
    console.print()
    _show_deliveries(console, report.results)
    _show_leaders(console, report)
    if report.is_new_generation:
        console.print(f"Published generation {report.generation} as of {report.as_of}:")
    else:
        console.print(
            f"Nothing new: nothing was loaded or built. Generation {report.generation} as of {report.as_of} stands:"
        )
    console.print(f"  marts     {report.database}\n  workbook  {report.workbook}", soft_wrap=True)
    _show_trouble(console, [*report.problems, *(refusal.reason for refusal in report.refusals)])


def show_status(status: Status) -> None:
    """What is published, the age of each export's data, what stands refused."""
    console = wide_console()
    if status.generation is None:
        console.print("Nothing is published yet: start with `partner-kpi run`.")
    else:
        published = f"{status.published_at:%Y-%m-%d %H:%M} UTC"
        console.print(f"Generation {status.generation} as of {status.as_of}, published {published}")
    if status.pinned:
        console.print(f"Went back to it: {status.pinned}. The next run with new data publishes again.", markup=False)
    if status.last_run:
        console.print(f"Last run {status.last_run.run_id}: {status.last_run.result}", markup=False)
    table = Table(
        "export", "instance", "data through", "age (days)", "due (days)", "rows", "last verdict",
        box=None, pad_edge=False,
    )  # fmt: skip
    for export in status.exports:
        table.add_row(
            export.export,
            export.instance,
            str(export.data_through or "never"),
            ""
            if export.age_days is None
            else f"[bold red]{export.age_days}[/]"
            if export.is_stale
            else f"{export.age_days}",
            str(export.due_days or ""),
            f"{export.rows:,}",
            f"[{VERDICT_STYLES[export.last_verdict]}]{export.last_verdict}[/]",
        )
    console.print(table)
    if status.last_run and status.has_failed:
        console.print(f"\nThe last run failed; readers keep the last generation. {status.last_run.why}", markup=False)
    for export in status.stale:
        console.print(
            f"\n{export.export} of {export.instance} is stale: {export.age_days} days old, due every {export.due_days}."
            " Ask its sender, and look whether a delivery was refused.",
            markup=False,
        )
    _show_trouble(
        console,
        [f"{refusal.reason} (partner-kpi quarantine show {refusal.load_seq})" for refusal in status.refusals]
        + ([status.problems] if status.problems else []),
    )


def show_verification(verification: Verification) -> None:
    """What was found broken, and what was left lying."""
    console = wide_console()
    checked = f"published files, raw history, deliveries and quarantine of {verification.loads} loads"
    if verification.broken:
        console.print(f"\n[bold red]Broken[/] ({checked}):")
    else:
        console.print(f"\nWhole: {checked}.")
    for sentence in verification.broken:
        console.print(f"  - {sentence}", markup=False, soft_wrap=True)
    if verification.broken:
        console.print("What to do about each kind: docs/operations.md, Verifying.")
    for sentence in verification.leftovers:
        console.print(f"  (left over) {sentence}", markup=False, soft_wrap=True)


def _show_deliveries(console: Console, results: tuple[LoadResult, ...]) -> None:
    new = [result for result in results if result.verdict != "duplicate"]
    fresh = [result for result in new if not result.export.startswith(POLICY_PREFIX)]
    if not fresh:
        return
    table = Table(title="Deliveries", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in ("export", "instance", "as of"):
        table.add_column(name, no_wrap=True)
    for name in ("rows in", "accepted", "rejected", "collapsed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("warnings", justify="right", no_wrap=True)
    for result in fresh:
        counts = (result.rows_in, result.rows_accepted, result.rows_rejected, result.rows_collapsed)
        table.add_row(
            result.export,
            result.instance,
            str(result.as_of_date or ""),
            *(f"{count:,}" for count in counts),
            f"[{VERDICT_STYLES[result.verdict]}]{result.verdict}[/]",
            str(len(result.warnings) or ""),
        )
    policies = len(new) - len(fresh)
    if policies:
        table.caption = f"and {policies} policy files (targets, weights, stages, ...)"
        table.caption_justify = "left"
    console.print(table)
    console.print()
    _show_warnings(console, new)


def _show_warnings(console: Console, results: list[LoadResult]) -> None:
    """Each rule that warned, with its words about the first delivery; the run's report has all of them."""
    first: dict[str, tuple[int, str]] = {}
    for result in results:
        for rule in result.warnings:
            count, message = first.get(rule.rule_id, (0, f"{result.instance}/{result.file_name}: {rule.message}"))
            first[rule.rule_id] = count + 1, message
    if not first:
        return
    console.print("[bold]Warnings[/] (loaded all the same; every one is in the run's report under logs)")
    for rule_id, (count, message) in sorted(first.items(), key=lambda item: (-item[1][0], item[0])):
        times = f", {count} deliveries" if count > 1 else ""
        console.print(f"  - {rule_id}{times}, for example {message}", markup=False)
    console.print()


def _show_leaders(console: Console, report: RunReport) -> None:
    month, leaders = read_leaders(report.database, limit=8)
    if not leaders:
        console.print("No partner scorecard: no partners were delivered, or none has enough data to be ranked.\n")
        return
    table = Table(
        title=f"Partner scorecard, {month:%B %Y} (trailing twelve months)",
        title_justify="left", title_style="bold", box=None, pad_edge=False,
    )  # fmt: skip
    for name in ("partner", "motion", "region", "tier"):
        table.add_column(name, no_wrap=True)
    for name in ("total", "grade", "rank in motion", "change"):
        table.add_column(name, justify="right", no_wrap=True)
    for leader in leaders:
        change = "" if leader.total_change is None else f"{round(leader.total_change, 1) + 0.0:+.1f}"
        table.add_row(
            leader.partner_name, leader.motion, leader.region, leader.tier or "",
            f"{leader.total_score:.1f}", leader.grade, str(leader.rank_in_motion), change,
        )  # fmt: skip
    console.print(table)
    console.print()


def _show_trouble(console: Console, paragraphs: list[str]) -> None:
    if paragraphs:
        console.print("\n[bold red]Refused or not understood; the last good data stays:[/]")
        for paragraph in paragraphs:
            console.print(f"  - {paragraph}", markup=False)
