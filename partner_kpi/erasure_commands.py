"""`partner-kpi erase`: words in, words and exit codes out."""

from __future__ import annotations

from typing import Annotated

import typer

from partner_kpi.command import Home, plain_errors
from partner_kpi.settings import load_settings

erasure_app = typer.Typer()


@erasure_app.command()
def erase(
    person: Annotated[str, typer.Argument(help="Id or e-mail address, as that system writes it.", show_default=False)],
    instance: Annotated[str, typer.Option(help="Which system's: the folder of the inbox.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; it is kept, so without the name.", show_default=False)],
    by: Annotated[str | None, typer.Option(help="Who answers for it [default: the user of this machine].")] = None,
    home: Home = None,
) -> None:
    """Erase a person: raw history, archive, quarantine, rejected rows; later deliveries bring nobody back."""
    with plain_errors():
        from partner_kpi.erasure import erase_person, erasure_lines  # noqa: PLC0415 - DuckDB only where needed

        settings = load_settings(home=home)
        done = erase_person(settings, person, instance=instance, reason=reason, by=by)
        for line in erasure_lines(done, settings.home):
            typer.echo(line)
