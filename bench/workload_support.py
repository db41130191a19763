"""Organizations of the service desk, and their tickets with everything that happened to them.

A ticket is answered, may wait for the customer, is solved, may come again, is closed. Deliveries cut the events
at their date. Hand-made tickets are `workload_support_cases`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_cast import find_cast, has_own_web
from bench.workload_learners import NOBODY
from bench.workload_office_hours import count_office_seconds, move_into_hours
from bench.workload_partners import NEVER
from bench.workload_people import FREE_MAIL, draw_names, make_mails
from bench.workload_size import DAYS, Size
from bench.workload_support_cases import read_ticket_cases
from bench.workload_times import DAY, FAR, Moments, at_hours

PRIORITIES = np.array(["urgent", "high", "normal", "low", ""])
CHANNELS = np.array(["email", "web", "chat", "phone"])
TYPES = np.array(["question", "incident", "problem", "task"])
GROUPS = np.array(["Tier 1", "Tier 2", "Premier"])
SUBJECTS = np.array(
    [
        *("Cannot sign in", "Quote does not open", "Licence key missing", "Upgrade fails", "Slow dashboard"),
        *("Wrong invoice address", "API returns 500", "Sandbox reset", "Report is empty", "Certificate not shown"),
    ]
)
TARGETS = np.array([60, 120, 480, 960, 480]) * 60
STRANGERS = ("Nimbus Freight", "Hotel Aurelia", "Stadtwerke Ostheim", "Delmar Clinics")
FIRST_TICKET_DAY = 240


def build_organizations(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> pd.DataFrame:
    """Two partners in three as the desk knows them, half of them by their PRM id; and strangers."""
    able = np.flatnonzero(has_own_web(partners) & (partners["joined"] < NEVER).to_numpy())
    wanted = {find_cast(partners, case["organization"]) for case in read_ticket_cases() if case.get("organization")}
    drawn = rng.choice(able, round(0.6 * size.partners), replace=False)
    unseen = [find_cast(partners, case["mail_of"]) for case in read_ticket_cases() if case.get("mail_of")]
    partner = np.setdiff1d(np.union1d(drawn, sorted(wanted)), unseen)
    known = partners.loc[partner]
    draw = rng.random(len(partner))
    own = pd.DataFrame(
        {
            "partner": partner,
            "name": np.where((draw < 0.5) | (draw > 0.85), known["name"], known["stem"] + " Service Desk"),
            "domains": np.where(draw < 0.85, known["domain"], ""),
            "country": known["later_country"].to_numpy(),
            "external_id": np.where(draw < 0.45, known["key"], ""),
        }
    )
    several = np.flatnonzero((draw > 0.4) & (draw < 0.5))
    own.loc[several, "domains"] = (
        own.loc[several, "domains"] + "," + known["stem"].str.lower().to_numpy()[several] + ".io"
    )
    strangers = pd.DataFrame(
        {
            "partner": NOBODY,
            "name": STRANGERS,
            "domains": ["nimbus-freight.com", "", "gmail.com", "delmar-clinics.com.br"],
            "country": [0, 4, 3, 14],
            "external_id": ["", "", "", "P-9999"],
        }
    )
    organizations: pd.DataFrame = pd.concat([own, strangers], ignore_index=True)
    organizations["id"] = (np.arange(len(organizations)) + 360_001).astype(str)
    organizations["created"] = rng.integers(-700, 0, len(organizations))
    return organizations


def build_tickets(
    rng: np.random.Generator, size: Size, partners: pd.DataFrame, organizations: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tickets and their events (ticket, at, field, value, who), in order of time within a ticket."""
    count = size.tickets
    day = np.sort(FIRST_TICKET_DAY + (rng.random(count) ** 0.8 * (DAYS - FIRST_TICKET_DAY)).astype(np.int64))
    created = at_hours(rng, day, 0, 24)
    created = np.where(rng.random(count) < 0.8, move_into_hours(rng, created), created)
    tickets = _describe(rng, partners, organizations, created)
    place = np.argmax(tickets["priority"].to_numpy(dtype=str)[:, None] == PRIORITIES, axis=1)
    events = _happen(rng, tickets, TARGETS[place] * 1.4)
    replies = events[events["field"] == "agent"].groupby("ticket")["at"].min().reindex(tickets.index)
    tickets["first_reply"] = replies.fillna(FAR).astype(np.int64)
    _judge(rng, tickets, TARGETS[place], place == 0)
    return tickets, events


def _describe(
    rng: np.random.Generator, partners: pd.DataFrame, organizations: pd.DataFrame, created: Moments
) -> pd.DataFrame:
    count = len(created)
    here = organizations["partner"].to_numpy()
    weight = np.where(here < 0, 0.02, partners["weight"].to_numpy()[here] + 0.004)
    organization = rng.choice(len(organizations), count, p=weight / weight.sum())
    first, last = draw_names(rng, count)
    domains = np.where(here < 0, "postbox.example.com", partners["domain"].to_numpy(dtype=str)[here])
    mail = make_mails(first, last, domains[organization])
    lone = rng.random(count)
    mail = np.where(lone < 0.02, make_mails(first, last, FREE_MAIL[rng.integers(0, len(FREE_MAIL), count)]), mail)
    return pd.DataFrame(
        {
            "organization": np.where(lone < 0.06, NOBODY, organization),
            "requester": mail,
            "handled_by": np.where(rng.random(count) < 0.16, "partner", "vendor"),
            "subject": SUBJECTS[rng.integers(0, len(SUBJECTS), count)],
            "priority": PRIORITIES[rng.choice(5, count, p=[0.06, 0.2, 0.49, 0.21, 0.04])],
            "channel": CHANNELS[rng.choice(4, count, p=[0.5, 0.3, 0.14, 0.06])],
            "type": TYPES[rng.choice(4, count, p=[0.5, 0.3, 0.12, 0.08])],
            "group": GROUPS[rng.choice(3, count, p=[0.6, 0.3, 0.1])],
            "created": created,
            "reply_due": FAR,
            "solution_due": FAR,
            "reply_verdict": "",
            "solution_verdict": "",
            "rating": np.where(rng.random(count) < 0.2, np.array(["good", "bad"])[(rng.random(count) < 0.15) * 1], ""),
            "merged_into": -1,
            "is_test": rng.random(count) < 0.006,
            "case": "",
        }
    )


def _happen(rng: np.random.Generator, tickets: pd.DataFrame, pace: NDArray[np.float64]) -> pd.DataFrame:
    """Every event of every ticket; what has not happened by the end of the sample is cut by the deliveries."""
    count = len(tickets)
    created = tickets["created"].to_numpy()
    who = np.arange(count)
    draw, agent = rng.random((5, count)), rng.integers(1, 13, count)
    frames: list[pd.DataFrame] = []

    def add(rows: NDArray[np.int64], at: Moments, field: str, value: str | NDArray[np.str_], by: str) -> None:
        frames.append(pd.DataFrame({"ticket": rows, "at": at, "field": field, "value": value, "who": by}))

    reply = move_into_hours(rng, created + (pace * np.exp(rng.normal(-0.5, 0.9, count))).astype(np.int64) + 120)
    add(who, reply - 30, "assignee", np.char.add("agent-", agent.astype(str)), "agent")
    frames[0] = frames[0][draw[4] < 0.25]
    dropped = draw[0] < 0.02
    answered = np.flatnonzero(~dropped)
    add(answered, reply[answered], "agent", "", "agent")
    wait = answered[draw[1][answered] < 0.27]
    work = answered[(draw[1][answered] >= 0.27) & (draw[1][answered] < 0.7)]
    add(work, reply[work], "status", "open", "agent")
    add(wait, reply[wait], "status", "pending", "agent")
    back = reply[wait] + (np.exp(rng.normal(-0.2, 1.0, len(wait))) * DAY).astype(np.int64)
    add(wait, back, "customer", "", "end-user")
    add(wait, back, "status", "open", "end-user")
    resumed = reply.copy()
    resumed[wait] = back
    length = (np.exp(rng.normal(0.2, 1.0, count)) * DAY).astype(np.int64) + 1_200
    solved = np.where(draw[1] < 0.7, move_into_hours(rng, resumed + length), reply)
    add(wait, solved[wait] - 15, "agent", "", "agent")
    add(answered, solved[answered], "status", "solved", "agent")
    again = answered[draw[2][answered] < 0.05]
    comes = solved[again] + rng.integers(3_600, 3 * DAY, len(again))
    add(again, comes, "customer", "", "end-user")
    add(again, comes, "status", "open", "end-user")
    once_more = move_into_hours(rng, comes + rng.integers(7_200, 4 * DAY, len(again)))
    add(again, once_more, "agent", "", "agent")
    add(again, once_more + 10, "status", "solved", "agent")
    done = solved.copy()
    done[again] = once_more + 10
    add(answered, done[answered] + 4 * DAY, "status", "closed", "system")
    raised = np.flatnonzero((draw[3] < 0.03) & (tickets["priority"] == "normal").to_numpy() & ~dropped)
    add(raised, created[raised], "priority", "normal", "end-user")
    add(raised, created[raised] + (reply - created)[raised] // 2, "priority", "high", "agent")
    thrown = np.flatnonzero(dropped & (created < FAR))[::2]
    add(thrown, created[thrown] + rng.integers(600, 2 * DAY, len(thrown)), "status", "deleted", "agent")
    events: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return events.sort_values(["ticket", "at"], kind="stable", ignore_index=True)


def _judge(
    rng: np.random.Generator, tickets: pd.DataFrame, target: NDArray[np.int64], is_urgent: NDArray[np.bool_]
) -> None:
    """The desk's own due times for the premier group, and its verdicts on first replies, in its own hours."""
    created, reply = tickets["created"].to_numpy(), tickets["first_reply"].to_numpy()
    premier = (tickets["group"] == "Premier").to_numpy() & (tickets["type"] == "incident").to_numpy()
    tickets["reply_due"] = np.where(premier, created + 4 * 3_600, FAR)
    tickets["solution_due"] = np.where(premier, created + 5 * DAY, FAR)
    known = np.where(reply < FAR, reply, created)
    spent = np.where(is_urgent, known - created, count_office_seconds(created, known))
    kept = np.where(premier, known <= created + 4 * 3_600, spent <= target)
    tells = (reply < FAR) & (rng.random(len(tickets)) < 0.6)
    tickets["reply_verdict"] = np.where(tells, np.where(kept, "achieved", "breached"), "")
