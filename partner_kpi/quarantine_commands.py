"""`partner-kpi quarantine list | show | release | discard`: words in, words and exit codes out."""

from __future__ import annotations

from typing import Annotated

import typer

from partner_kpi.command import AsJson, Home, plain_errors
from partner_kpi.settings import load_settings

quarantine_app = typer.Typer(help="What was refused: see it, let it in, or settle it.", no_args_is_help=True)

CaseId = Annotated[
    str,
    typer.Argument(
        metavar="ID", show_default=False, help="Load number, or how export/instance/as-of begins where that is one."
    ),
]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the decision.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who answers for it [default: the user of this machine].")]


@quarantine_app.command("list")
def list_(
    home: Home = None,
    json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="Also what is settled.")] = False,
) -> None:
    """List what was refused and is not settled; what makes the exit code 3 is marked."""
    with plain_errors():
        from partner_kpi.quarantine_desk import as_json, list_entries  # noqa: PLC0415 - DuckDB only where needed
        from partner_kpi.quarantine_text import show_entries  # noqa: PLC0415

        entries = list_entries(load_settings(home=home))
        shown = entries if every else tuple(entry for entry in entries if entry.case.state == "open")
        if json:
            typer.echo(as_json(shown))
        else:
            show_entries(shown, settled=len(entries) - len(shown))


@quarantine_app.command()
def show(case: CaseId, home: Home = None, json: AsJson = False) -> None:
    """Open one refusal: rules, rejected rows, and what is missing while it stays outside."""
    with plain_errors():
        from partner_kpi.quarantine_desk import as_json, show_case  # noqa: PLC0415
        from partner_kpi.quarantine_text import show_details  # noqa: PLC0415

        details = show_case(load_settings(home=home), case)
        if json:
            typer.echo(as_json(details))
        else:
            show_details(details)


@quarantine_app.command()
def release(
    case: CaseId,
    reason: Reason,
    by: By = None,
    waive: Annotated[
        list[str] | None, typer.Option(help="A rule that fails today and was not among those it was refused for.")
    ] = None,
    home: Home = None,
) -> None:
    """Waive the failed rules and load the delivery; rows that could not be read stay rejected."""
    with plain_errors():
        from partner_kpi.quarantine_desk import release_case  # noqa: PLC0415
        from partner_kpi.quarantine_text import released  # noqa: PLC0415

        settings = load_settings(home=home)
        typer.echo(released(release_case(settings, case, reason=reason, by=by, also_waived=tuple(waive or ()))))


@quarantine_app.command()
def discard(case: CaseId, reason: Reason, by: By = None, home: Home = None) -> None:
    """Settle a refusal: it no longer stands, and these bytes are never taken in. File and reason stay readable."""
    with plain_errors():
        from partner_kpi.quarantine_desk import discard_case  # noqa: PLC0415
        from partner_kpi.quarantine_text import discarded  # noqa: PLC0415

        typer.echo(discarded(discard_case(load_settings(home=home), case, reason=reason, by=by)))
