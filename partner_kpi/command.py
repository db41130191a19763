"""What commands share: the options that mean the same everywhere, and how an error reaches a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ingest.errors import InboxError, PartnerKpiError
from partner_kpi.settings import SettingsError

FAILED, WRONG_USAGE = 1, 2

Home = Annotated[Path | None, typer.Option(help="Home of the warehouse [default: $PARTNER_KPI_HOME or ./var].")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


@contextmanager
def plain_errors() -> Iterator[None]:
    """What went wrong as one paragraph on standard error, never a traceback, and the exit code that says so."""
    try:
        yield
    except (SettingsError, InboxError) as error:
        _say(error)
        raise typer.Exit(WRONG_USAGE) from error
    except PartnerKpiError as error:
        _say(error)
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt as error:
        typer.echo("\nStopped. Nothing is half loaded: run again when you like.", err=True)
        raise typer.Exit(FAILED) from error
    except OSError as error:
        file = error.filename2 or error.filename or "A file"  # of a renaming the new name, whose folder it hangs on
        _say(f"{file}: {error.strerror or error}. Check permissions and free space; run again.")
        raise typer.Exit(FAILED) from error


def _say(error: object) -> None:
    typer.echo(f"partner-kpi: {error}", err=True)
