"""Facts about single registrations that were planted by hand, by the label of their case.

A request that comes again under a new key, one that is sent back, one decided at once, one still waiting, and
one whose opportunity is nowhere.
"""

from __future__ import annotations

from bench.facts_attribution import date_of
from bench.facts_form import Fact, ask
from bench.workload_registrations import NO_DEAL
from bench.workload_world import World

DAYS = "max(date_diff('day', started_at, ended_at))"


def list_registration_case_facts(world: World) -> list[Fact]:
    """All facts about planted registrations."""
    keys = {
        label: f"partnerstack:{world.registrations['key'].iloc[number]}"
        for label, number in world.planted_registrations.items()
    }
    again = (keys["first_try"], keys["second_try"])
    back = (keys["sent_back"],)
    clock, last_clock = "registration_decision_time", "registration_decision_time_last_submission"
    rows = world.registrations
    ghost = f"partnerstack:{rows.loc[rows['ghost'].astype(bool) & (rows['resubmits'] == NO_DEAL), 'key'].iloc[0]}"
    first, second = f"Registration {again[1]} resubmits {again[0]}", f"Registration {back[0]} was sent back"
    count = "cast(sum(numerator) as bigint)"
    return [
        _fact(
            "resubmitted",
            f"{first}: its clock runs from the first submission.",
            (DAYS, clock, again),
            _days_between(world, "first_try", "second_try", "submitted"),
        ),
        _fact(
            "resubmitted_last",
            f"{first}: by the other reading its clock runs from the last submission.",
            (DAYS, last_clock, again),
            _days_between(world, "second_try", "second_try", "submitted"),
        ),
        _fact("resubmitted_once", f"{first}: both are one.", (count, "registration_count", again), 1),
        _fact(
            "sent_back",
            f"{second}, and came again under its key: its clock runs from the first submission.",
            (DAYS, clock, back),
            _days_between(world, "sent_back", "sent_back", "submitted"),
        ),
        _fact(
            "sent_back_last",
            f"{second}: by the other reading its clock runs from the day it came again.",
            (DAYS, last_clock, back),
            _days_between(world, "sent_back", "sent_back", "resubmitted"),
        ),
        _fact(
            "touchless",
            f"Registration {keys['approved_at_once']} was decided untouched.",
            (count, "touchless_rate", (keys["approved_at_once"],)),
            1,
        ),
        _fact(
            "waiting",
            f"Registration {keys['still_waiting']} is in review: its clock has not stopped.",
            ("outcome", clock, (keys["still_waiting"],)),
            "censored",
        ),
        _fact(
            "ghost",
            f"Registration {ghost} was approved for an opportunity that no delivery holds: it counts.",
            (count, "registration_approval_rate", (ghost,)),
            1,
        ),
    ]


def _fact(name: str, statement: str, asked: tuple[str, str, tuple[str, ...]], expected: int | str) -> Fact:
    what, code, registrations = asked
    among = ", ".join(f"'{key}'" for key in registrations)
    query = ask(what, "kpi_evidence", f"kpi_code = '{code}' and entity_id in ({among})")
    return Fact(id=f"registration_{name}", statement=statement, query=query, expected=expected)


def _days_between(world: World, first: str, last: str, status: str) -> int:
    """Days from the first event of that status of one registration to the approval of another."""
    events = world.events
    start = events[(events["registration"] == world.planted_registrations[first]) & (events["status"] == status)]
    stop = events[(events["registration"] == world.planted_registrations[last]) & (events["status"] == "approved")]
    return (date_of(int(stop["at"].iloc[0])) - date_of(int(start["at"].iloc[0]))).days
