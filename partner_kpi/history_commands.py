"""Commands about the past: replay, restatement, rollback, rebuild. Words in, words and exit codes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partner_kpi.command import AsJson, Home, plain_errors
from partner_kpi.settings import load_settings

history_app = typer.Typer()


@history_app.command()
def replay(
    as_of: Annotated[str, typer.Option(help="Business date, e.g. 2026-07-31.")],
    known_at: Annotated[
        str | None, typer.Option(help="As it was known then, e.g. 2026-08-05T06:00 (UTC) [default: as known today].")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write [default: <home>/replays/asof-...].")] = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Build a past scorecard beside the present one, with the policies known then; what is published stays."""
    with plain_errors():
        from partner_kpi.history_text import narrate, show_replay  # noqa: PLC0415
        from partner_kpi.replay import replay as build_replay  # noqa: PLC0415

        settings = load_settings(home=home, as_of=as_of, known_at=known_at)
        with narrate(is_quiet=json) as narrator:
            report = build_replay(settings, out=out, narrator=narrator)
        typer.echo(report.as_json()) if json else show_replay(report)


@history_app.command()
def restatement(  # noqa: PLR0917 - options of a command line
    before: Annotated[str, typer.Argument(help="Generation number, folder, or 2026-07-31[@2026-08-05T06:00].")],
    after: Annotated[str, typer.Argument(help="The same; dates without a moment are as known today.")],
    limit: Annotated[int, typer.Option(min=1, help="How many of the biggest movements to show.")] = 20,
    csv: Annotated[Path | None, typer.Option(help="Write every moved cell and its causes to this file.")] = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Say which numbers moved between two scorecards, how far, and why: load, late row, edit, merge, rule or rate."""
    with plain_errors():
        from partner_kpi.history_text import narrate  # noqa: PLC0415
        from partner_kpi.restatement import restatement as compare  # noqa: PLC0415
        from partner_kpi.terminal import wide_console  # noqa: PLC0415
        from publish.restatement_text import print_restatement, write_csv  # noqa: PLC0415

        with narrate(is_quiet=json) as narrator:
            answer = compare(load_settings(home=home), before, after, narrator=narrator)
        if csv is not None:
            write_csv(answer, csv)
        if json:
            typer.echo(answer.as_json())
        else:
            print_restatement(answer, wide_console(), limit=limit)


@history_app.command()
def rollback(
    reason: Annotated[str, typer.Option(help="Why; it is kept with the pointer and in the log.")],
    generation: Annotated[
        int | None, typer.Argument(help="Generation to go back to [default: the one before].")
    ] = None,
    home: Home = None,
) -> None:
    """Let readers see an earlier generation, verified first. It stays until a run has something new to publish."""
    with plain_errors():
        from partner_kpi.rollback import rollback as go_back  # noqa: PLC0415

        target = go_back(load_settings(home=home), generation, reason=reason)
        typer.echo(
            f"Readers see generation {target.number} as of {target.manifest.facts.as_of_date}: {target.database}"
        )


@history_app.command()
def rebuild(
    export: Annotated[
        list[str] | None, typer.Option(help="Export to make anew, e.g. crm.accounts [default: all].")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="The result may differ: a contract was changed.")] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Make raw history anew from the archived deliveries. What comes out differently is refused, unless --changed."""
    with plain_errors():
        from partner_kpi.history_text import rebuilt_json, show_rebuilt  # noqa: PLC0415
        from partner_kpi.rebuild import rebuild_history  # noqa: PLC0415

        tables = rebuild_history(load_settings(home=home), exports=export or (), may_differ=changed)
        typer.echo(rebuilt_json(tables)) if json else show_rebuilt(tables)
