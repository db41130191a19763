"""`partner-kpi erase` and `pseudonym`: words in, words and exit codes out."""

from __future__ import annotations

from typing import Annotated

import typer

from partner_kpi.command import Home, plain_errors
from partner_kpi.settings import load_settings

people_app = typer.Typer()

Person = Annotated[str, typer.Argument(help="Id, name or address, as that system writes it.", show_default=False)]
Instance = Annotated[str, typer.Option(help="Which system's: the folder of the inbox.", show_default=False)]


@people_app.command()
def erase(
    person: Person,
    instance: Instance,
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


@people_app.command()
def pseudonym(person: Person, instance: Instance, home: Home = None) -> None:
    """Say under which pseudonym the marts have a person, with this home's key."""
    with plain_errors():
        from partner_kpi.pseudonyms import ensure_key  # noqa: PLC0415
        from partner_kpi.pseudonyms import pseudonym as make  # noqa: PLC0415

        typer.echo(make(ensure_key(load_settings(home=home)), instance, person.strip()))
