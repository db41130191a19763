"""The command line: `partner-kpi run | status | quarantine | log | explain | replay | restatement | ...`.

Words in, words and exit codes out; no work of its own.

Exit codes: 0 well; 1 failed, nothing published; 2 wrong usage; 3 published, but a delivery stands refused; `status`
also 1 where the last run failed or something is broken, and 4 where data are stale.
Never imports the orchestrator; `ui` starts it as a process of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from partner_kpi.command import AsJson, Home, plain_errors
from partner_kpi.history_commands import history_app
from partner_kpi.people_commands import people_app
from partner_kpi.quarantine_commands import quarantine_app
from partner_kpi.settings import load_settings

app = typer.Typer(
    help="Partner KPI warehouse: exports in, gated; scorecards out, each number with its evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(history_app)
app.add_typer(people_app)

Inbox = Annotated[str | None, typer.Option(help="Inbox: a folder, or an address [default: the sample inbox].")]


@app.command()
def run(
    home: Home = None,
    inbox: Inbox = None,
    as_of: Annotated[str | None, typer.Option(help="Business date [default: the newest delivered].")] = None,
    json: AsJson = False,
) -> None:
    """Load what is new, build, publish, and show the top of the scorecard."""
    with plain_errors():
        from partner_kpi.refresh import refresh  # noqa: PLC0415 - the gate and DuckDB only where needed
        from partner_kpi.terminal import quiet_narrator, show_report, terminal_narrator  # noqa: PLC0415

        settings = load_settings(home=home, inbox=inbox, as_of=as_of)
        if json:
            report = refresh(settings, narrator=quiet_narrator())
            typer.echo(report.as_json())
        else:
            with terminal_narrator() as narrator:
                report = refresh(settings, narrator=narrator)
            show_report(report)
        raise typer.Exit(report.exit_code)


@app.command()
def status(
    home: Home = None,
    json: AsJson = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Also check every file and the whole history; 1 where anything is broken.")
    ] = False,
) -> None:
    """How old each export's data is, what stands refused and why, what is published, how the last run ended."""
    with plain_errors():
        from partner_kpi.status import read_status  # noqa: PLC0415
        from partner_kpi.terminal import show_status, show_verification  # noqa: PLC0415
        from partner_kpi.verification import verify as check_all  # noqa: PLC0415

        settings = load_settings(home=home)
        checked = check_all(settings) if verify else None
        answer = replace(read_status(settings), verification=checked)
        if json:
            typer.echo(answer.as_json())
        else:
            show_status(answer)
            if checked:
                show_verification(checked)
        raise typer.Exit(answer.exit_code)


@app.command()
def log(
    home: Home = None,
    last: Annotated[int, typer.Option(min=1, help="How many of the newest entries.")] = 20,
    json: AsJson = False,
) -> None:
    """Show who did what: loads, releases, discards, builds, publications, runs; oldest first."""
    with plain_errors():
        from partner_kpi.operations_text import operations_json, show_operations  # noqa: PLC0415

        settings = load_settings(home=home)
        if json:
            typer.echo(operations_json(settings, last))
        else:
            show_operations(settings, last)


@app.command()
def explain(
    kpi: Annotated[str, typer.Argument(help="KPI code, e.g. win_rate_by_count.")],
    partner: Annotated[str, typer.Option(help="Partner id or name; `all`; or a segment like region=EMEA.")] = "all",
    period: Annotated[str, typer.Option(help="2026-08, 2026-Q3, ttm-2026-08, fytd-2026-08 or all.")] = "all",
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Open a number: its definition, value, evidence rows, what was left out and why, the deliveries behind it."""
    with plain_errors():
        from partner_kpi.road import published  # noqa: PLC0415
        from partner_kpi.terminal import wide_console  # noqa: PLC0415
        from publish.explain import explain as open_number  # noqa: PLC0415
        from publish.explain_text import print_explanation  # noqa: PLC0415

        generation = published(load_settings(home=home))
        explanation = open_number(generation.database, kpi, partner, period)
        if json:
            typer.echo(explanation.as_json())
        else:
            print_explanation(explanation, wide_console())


@app.command("new-vendor")
def new_vendor(
    files: Annotated[list[Path], typer.Argument(help="Files of one system, as it delivers them.", show_default=False)],
    name: Annotated[
        str | None, typer.Option(help="Name of the mapping and its inbox folder [default: the folder's].")
    ] = None,
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a mapping of that name.")] = False,
) -> None:
    """Propose a vendor mapping from files never seen: which export each is, what feeds what, what is left to ask."""
    with plain_errors():
        from ingest.process_limits import limit_process  # noqa: PLC0415
        from partner_kpi.new_vendor import write_proposal  # noqa: PLC0415
        from partner_kpi.newcomer_text import show_proposal  # noqa: PLC0415

        settings, today = load_settings(home=home), datetime.now(UTC).date()
        limit_process(settings.read_limits())  # nobody has looked at these files yet
        show_proposal(write_proposal(settings, files, name=name, force=force, today=today))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Files as they lie in an inbox folder.", show_default=False)],
    home: Home = None,
    instance: Annotated[
        str | None, typer.Option(help="Instance that delivers them [default: their folder's name].")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say what a run would make of files: parse and gate them, load nothing. Exit code 1 where one would be refused."""
    with plain_errors():
        from partner_kpi.dry_run import dry_run  # noqa: PLC0415
        from partner_kpi.newcomer_text import show_check  # noqa: PLC0415

        answer = dry_run(load_settings(home=home), files, instance=instance)
        if json:
            typer.echo(answer.as_json())
        else:
            show_check(answer)
        raise typer.Exit(answer.exit_code)


@app.command()
def ui(
    home: Home = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Start Dagster on 127.0.0.1: the asset graph, runs, checks and schedules."""
    with plain_errors():
        from partner_kpi.orchestrator import start_orchestrator  # noqa: PLC0415

        raise typer.Exit(start_orchestrator(load_settings(home=home), port=port))


def main() -> None:
    """Entry point of the console script."""
    app()
