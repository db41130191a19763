"""A person erased, as a step of the road: under the home's lock, and recorded by pseudonym, never by name.

What is done is `ingest.erasure`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.contracts import load_contracts
from ingest.erasure import Erasure, erase
from ingest.load import utc_now
from partner_kpi import road
from partner_kpi.operations import record
from partner_kpi.pseudonyms import ensure_key, pseudonym
from partner_kpi.settings import Settings, SettingsError


def erase_person(settings: Settings, who: str, *, instance: str, reason: str, by: str | None = None) -> Erasure:
    """Erase whom the instance calls `who`, and record who asked for it and why.

    Raises SettingsError where the reason names the person, and the errors of `ingest.erasure`.
    """
    who = who.strip()
    if not who or re.search(rf"(?<!\w){re.escape(who)}(?!\w)", reason, re.IGNORECASE):
        raise SettingsError(
            "The reason is kept, so it must not name the person: give the number of the request, for example."
        )
    if not settings.warehouse.is_file():
        raise road.NothingToShowError(f"There is no warehouse at {settings.warehouse}: nothing is kept of anybody.")
    with road.hold_home(settings):
        done = erase(
            settings.home,
            settings.warehouse,
            load_contracts(),
            instance=instance,
            who=who,
            now=utc_now(),
            limits=settings.limits(),
        )
        ids = {
            "instance": instance,
            "person": pseudonym(ensure_key(settings), instance, who),
            "exports": done.exports,
            "rows": done.rows_in_history,
            "archived_rows": done.rows_in_archive,
            "rejected_rows": done.rejected_rows,
            "files": [path.relative_to(settings.home).as_posix() for path in done.removed],
        }
        record(settings, "erase", result="erased", ids=ids, why=reason, who=by)
    return done


def erasure_lines(done: Erasure, home: Path) -> Iterator[str]:
    """The sentences after an erasure: what was done, and what is left to people."""
    yield (
        f"Erased: {done.rows_in_history} version(s) in raw history of {', '.join(done.exports) or 'no export'}, "
        f"{done.rows_in_archive} archived row(s), {done.rejected_rows} rejected row(s). What is counted stays counted, "
        "under a stand-in."
    )
    for path in done.removed:
        yield f"  removed  {path.relative_to(home)}"
    yield (
        "The next `partner-kpi run` publishes without the old pseudonym; generations and replays of before hold it "
        "until they go by age. Not ours to change: the system that delivers, its inbox, and backups of this home."
    )
