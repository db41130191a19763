"""Facts about all first responses of the vendor's desk in the sample: judged one by one, by a loop over the policies.

The policies are those of `seeds/reference/sla_policies.csv`; open time is counted day by day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from bench import workload_names as names
from bench.facts_attribution import AS_OF, date_of
from bench.facts_calendar import count_seconds
from bench.facts_form import SHARE, Fact, ask, ask_value
from bench.workload_learners import NOBODY
from bench.workload_times import FAR, to_moment
from bench.workload_world import World

END = to_moment("2026-09-01 00:00")
DIMENSION = "vendor_support/first_response"
TARGETS = {"urgent": (60, "none"), "high": (120, "default"), "low": (960, "default")}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A first response as of AS_OF; `verdict` is the desk's own, empty where it gave none."""

    opened: date
    is_met: bool
    is_due: bool
    verdict: str


def list_sla_total_facts(world: World) -> list[Fact]:
    """Attainment, breaches and disputes of first responses, and what was left out."""
    tickets = world.support.tickets
    deleted = _find_deleted(world)
    answers = list(_read_answers(world, deleted))
    due = [answer for answer in answers if answer.is_due]
    disputed = [answer for answer in due if answer.verdict and (answer.verdict == "achieved") != answer.is_met]
    seen = (tickets["created"] < END).to_numpy()
    counts = Counter(
        {
            "test_record": int((tickets["is_test"].to_numpy(dtype=bool) & seen).sum()),
            "deleted_at_source": int(sum(not tickets["is_test"].iloc[number] for number in deleted)),
        }
    )
    facts = [
        Fact(
            id="sla_attainment_first_response",
            statement="First responses of the vendor's desk that came in time, over all that fell due.",
            query=ask_value("sla_attainment_rate", SHARE, dimension=DIMENSION),
            expected=round(sum(answer.is_met for answer in due) / len(due), 6),
        ),
        Fact(
            id="sla_breaches_first_response",
            statement="First responses of the vendor's desk that were late or are still missing past their target.",
            query=ask_value("sla_breach_count", dimension=DIMENSION),
            expected=sum(not answer.is_met for answer in due),
        ),
        Fact(
            id="sla_disputes_first_response",
            statement="First responses that the desk, which knows no holidays, judges otherwise than the policy.",
            query=ask_value("sla_disagreement_count", dimension=DIMENSION),
            expected=len(disputed),
        ),
    ]
    return facts + [
        Fact(
            id=f"sla_tickets_{reason}",
            statement=f"Tickets left out of all clocks as {reason}.",
            query=ask(
                "count(*)",
                "fct_sla_clocks",
                f"metric = 'resolution' and excluded_reason = '{reason}' and entity_id like 'zendesk:%'",
            ),
            expected=counts[reason],
        )
        for reason in ("test_record", "deleted_at_source")
    ]


def _find_deleted(world: World) -> list[int]:
    rows = world.support.events
    gone = rows[(rows["field"] == "status") & (rows["value"] == "deleted") & (rows["at"] < END)]
    return sorted(set(gone["ticket"]))


def _read_answers(world: World, deleted: list[int]) -> list[Answer]:
    events = world.support.events
    raised: dict[int, list[tuple[int, str]]] = {}
    moves = events.loc[events["field"] == "priority", ["ticket", "at", "value"]]
    for ticket, at, value in moves.itertuples(index=False):
        raised.setdefault(ticket, []).append((at, value))
    places = {domain: number for number, domain in enumerate(world.partners["domain"])}
    organizations = world.support.organizations["partner"].tolist()
    answers = _read_incidents(world)
    for number, row in enumerate(world.support.tickets.to_dict("records")):
        if row["is_test"] or row["handled_by"] != "vendor" or row["merged_into"] >= 0 or number in deleted:
            continue
        if row["created"] < END:
            by_mail = places.get(row["requester"].split("@")[1], NOBODY)
            owner = by_mail if row["organization"] == NOBODY else organizations[row["organization"]]
            answers.append(_judge_ticket(world, row, owner, raised.get(number, [])))
    return [answer for answer in answers if answer]


def _judge_ticket(world: World, row: dict[Any, Any], owner: int, raised: list[tuple[int, str]]) -> Answer | None:
    """By the last priority before the answer, and the region of the partner on the day of the opening."""
    opened, reply = int(row["created"]), min(int(row["first_reply"]), END)
    return _judge(
        opened=opened,
        reply=reply,
        priority=next((value for at, value in reversed(raised) if at <= reply), str(row["priority"])),
        region=_region(world, owner, date_of(opened)),
        due=int(row["reply_due"]),
        verdict=str(row["reply_verdict"]) if reply < END else "",
    )


def _region(world: World, partner: int, on: date) -> str:
    if partner == NOBODY:
        return ""
    country = world.partners["later_country" if on >= AS_OF else "country"].iat[partner]
    return str(names.REGIONS[country])


def _read_incidents(world: World) -> list[Answer | None]:
    desk = world.acquired_desk
    priorities = ("urgent", "high", "normal", "low")
    answers: list[Answer | None] = []
    for row in desk.incidents.to_dict("records"):
        if row["cancelled"]:  # after half an hour, before any target: not judged
            continue
        partner = int(desk.companies["partner"].iloc[row["company"]])
        answers.append(
            _judge(
                opened=int(row["opened"]),
                reply=min(int(row["answered"]), END),
                priority=priorities[row["priority"]],
                region=_region(world, partner, date_of(int(row["opened"]))),
                due=FAR,
                verdict="",
            )
        )
    return answers


def _judge(*, opened: int, reply: int, priority: str, region: str, due: int, verdict: str) -> Answer | None:
    """None where nothing is promised: a ticket without priority."""
    minutes, calendar = TARGETS.get(priority, (0, "default"))
    if priority == "normal":
        minutes = 480 if region == "AMER" or date_of(opened) < date(2026, 1, 1) else 360
    if region == "AMER" and priority in ("high", "normal"):
        calendar = "americas"
    if due < FAR:
        is_met, is_due = reply <= due and reply < END, due < END
    elif not minutes:
        return None
    else:
        is_met = reply < END and count_seconds(opened, reply, calendar) <= 60 * minutes
        is_due = count_seconds(opened, END, calendar) >= 60 * minutes
    return Answer(opened=date_of(opened), is_met=is_met, is_due=is_due, verdict=verdict)
