"""What comes after a first load: a day's changes, or the same exports once more with a hundredth changed.

Works on the files of an inbox, with the database, and knows nothing of the world behind them. Exports that only grow
gain rows; of the others rows are changed. Large exports come as what changed, small ones whole.
"""

# ruff: noqa: S608 - columns are the generator's own

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import yaml

from ingest.sql import identifier, text_literal

VENDORS = Path(__file__).resolve().parents[1] / "ingest" / "vendors"
CHANGED = "Changed"
EACH_SAVED = 27  # things have about four saves each: one in 27 of them gives a hundredth of the rows


@dataclass(frozen=True, kw_only=True)
class Large:
    """A large export: by which column rows are picked, what changes in them, whether they are new rows.

    `delta_file`: its mapping is a snapshot, so that changes alone come under another name (`write_delta_mappings`).
    `numbers`: {header: (contract column, SQL)}, what the mapping finds by looking at the whole file and a file of
    changes has to say itself. `saves`: (of what, when) where a row says the state of a thing; the last one is saved
    once more, so that nothing ends before it began.
    """

    pick: str
    values: dict[str, str] = field(default_factory=dict)
    grows: bool = False
    delta_file: bool = False
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)
    saves: tuple[str, str] | None = None


LARGE = {
    "salesforce/Opportunity": Large(pick="Id", values={"Name": "Name || ' (revised)'"}, delta_file=True),
    "salesforce/OpportunityPartner": Large(
        pick="OpportunityId", values={"IsPrimary": "if(IsPrimary = 'True', 'False', 'True')"}, delta_file=True
    ),
    "salesforce/OpportunityHistory": Large(
        pick="Id",
        values={"Id": "$turn || substr(Id, 4, 12)", "CreatedDate": "$day || substr(CreatedDate, 11)"},
        grows=True,
        saves=("OpportunityId", "CreatedDate"),
    ),
    "partnerstack/deals": Large(pick="key", values={"amount": "cast(cast(amount as bigint) + 100 as varchar)"}),
    "partnerstack/registration_events": Large(
        pick="event_id",
        values={"event_id": "$turn || event_id", "occurred_at": "$day || substr(occurred_at, 11)"},
        grows=True,
        saves=("registration_id", "occurred_at"),
    ),
    "partnerstack/portal_activity": Large(
        pick="event_id",
        values={"event_id": "$turn || event_id", "occurred_at": "$day || substr(occurred_at, 11)"},
        grows=True,
    ),
    "docebo/enrollments": Large(
        pick="user_id",
        values={"date_expire_validity": "$day"},
        delta_file=True,
        numbers={
            "attempt": ("attempt", "dense_rank() over (partition by user_id, course_id order by enroll_date)"),
        },
    ),
    "docebo/certificates": Large(pick="certificate_id", values={"revoked_on": "$day || ' 12:00:00'"}),
    "zendesk/tickets": Large(pick="id", values={"subject": "subject || ' (again)'"}),
    "zendesk/ticket_field_history": Large(
        pick="ticket_id",
        values={"updated": "$day || substr(updated, 11)"},
        grows=True,
        saves=("ticket_id", "updated"),
    ),
    "zendesk/ticket_comments": Large(
        pick="id", values={"id": "$turn || id", "created": "$day || substr(created, 11)"}, grows=True
    ),
}


def write_daily_change(inbox: Path, before: date, day: date) -> list[Path]:
    """The deliveries of the day after: of large exports a hundredth, small ones whole."""
    return _write(inbox, before, day, share=7, whole=False)


def write_redelivery(inbox: Path, before: date, day: date) -> list[Path]:
    """Every file of `before` once more, a hundredth of the rows of the large ones changed or added."""
    return _write(inbox, before, day, share=13, whole=True)


def write_delta_mappings(vendors: Path) -> None:
    """The mappings of a home whose snapshots may also come as changes alone: `ChangedOpportunity_{as_of}.csv`."""
    vendors.mkdir(parents=True, exist_ok=True)
    for vendor in sorted({path.split("/")[0] for path, large in LARGE.items() if large.delta_file}):
        mapping = yaml.safe_load((VENDORS / f"{vendor}.yaml").read_text("utf-8"))
        for path in (path for path, large in LARGE.items() if large.delta_file and path.startswith(vendor)):
            stem = path.split("/")[1]
            entry = copy.deepcopy(next(each for each in mapping["files"] if each["pattern"] == f"{stem}_{{as_of}}.csv"))
            entry["pattern"] = f"{CHANGED}{stem}_{{as_of}}.csv"
            for export in entry["exports"].values():
                export["mode"] = "delta"
                export["columns"] |= {column: header for header, (column, _) in LARGE[path].numbers.items()}
            mapping["files"].append(entry)
        (vendors / f"{vendor}.yaml").write_text(yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8")


def _write(inbox: Path, before: date, day: date, *, share: int, whole: bool) -> list[Path]:
    written = []
    for source in sorted(inbox.glob(f"*/*_{before}.csv")):
        name = f"{source.parent.name}/{source.name.removesuffix(f'_{before}.csv')}"
        large = LARGE.get(name)
        prefix = CHANGED if large and large.delta_file and not whole else ""
        target = source.with_name(f"{prefix}{source.name.removesuffix(f'{before}.csv')}{day}.csv")
        if large is None:
            target.write_bytes(source.read_bytes())
        else:
            _write_large(source, target, large, day=day, share=share, whole=whole)
        written.append(target)
    return written


def _write_large(source: Path, target: Path, large: Large, *, day: date, share: int, whole: bool) -> None:
    values = {
        name: sql.replace("$day", f"'{day}'").replace("$turn", f"'{share:03}'") for name, sql in large.values.items()
    }
    changed = ", ".join(f"{sql} as {identifier(name)}" for name, sql in values.items())
    picked = f"hash({identifier(large.pick)}) % 100 = {share}"
    rows = f"select * replace ({changed}) from source where {picked}"
    if large.saves:
        thing, saved, key = map(identifier, (*large.saves, large.pick))
        rows = (
            f"select * replace ({changed}) from source where hash({thing}) % {EACH_SAVED} = {share}"
            f" qualify row_number() over (partition by {thing} order by {saved} desc, {key} desc) = 1"
        )
    elif large.numbers and not whole:
        found = ", ".join(f"{sql} as {identifier(header)}" for header, (_, sql) in large.numbers.items())
        rows = f"select * replace ({changed}) from (select *, {found} from source) where {picked}"
    if whole:
        rows = f"from source where {'true' if large.grows else f'not ({picked})'} union all {rows}"
    with duckdb.connect() as connection:
        connection.execute(
            f"create view source as from read_csv({text_literal(str(source))}, header = true, all_varchar = true)"
        )
        connection.execute(f"copy ({rows}) to {text_literal(str(target))} (format csv, header)")
