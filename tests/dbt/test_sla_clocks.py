"""Clocks of service on desks made by hand: each case is a ticket or registration whose clocks can be told on one's
fingers.

2026-06-01 is a Monday. Office hours are 07:00 to 15:00 UTC in summer.
"""

from __future__ import annotations

import datetime as dt

import pytest
from service_desk import Desks, Row, keep_clocks

FIRST, NEXT, RESOLUTION = "first_response", "next_response", "resolution"


def policy(policy_id: str, target: int, metric: str = FIRST, **said: object) -> Row:
    return {"policy_id": policy_id, "target": target, "metric": metric, **said}


def stamp(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)


def clock(desks: Desks, metric: str, ticket: str = "t", *, process: str = "vendor_support", turn: str = "") -> Row:
    """The clock of a ticket among those kept."""
    return keep_clocks(desks)[f"{process}/{metric}/{ticket}{turn}"]


@pytest.mark.parametrize(
    ("opened", "answered", "due", "state", "elapsed"),
    [
        pytest.param("2026-06-01 08:00", "2026-06-01 10:00", "2026-06-01 10:00", "met", 7200, id="exactly on time"),
        pytest.param("2026-06-01 08:00", "2026-06-01 10:00:01", "2026-06-01 10:00", "breached", 7201, id="a second on"),
        pytest.param("2026-06-05 14:00", "2026-06-08 08:00", "2026-06-08 08:00", "met", 7200, id="over a weekend"),
        pytest.param("2026-06-06 12:00", "2026-06-08 08:30", "2026-06-08 09:00", "met", 5400, id="opened while closed"),
        pytest.param("2026-04-30 14:30", "2026-05-04 08:00", "2026-05-04 08:30", "met", 5400, id="over a holiday"),
        pytest.param("2026-03-27 15:30", "2026-03-30 08:00", "2026-03-30 08:30", "met", 5400, id="clocks go forward"),
        pytest.param("2026-10-23 14:30", "2026-10-26 09:00", "2026-10-26 09:30", "met", 5400, id="clocks go back"),
        pytest.param("2026-06-01 13:00", "2026-06-01 15:30", "2026-06-01 15:00", "breached", 7200, id="after closing"),
        pytest.param("2026-06-01 13:00", None, "2026-06-01 15:00", "breached_open", None, id="never answered"),
        pytest.param("2026-08-31 14:00", None, "2026-09-01 08:00", "running", 3600, id="due tomorrow"),
        pytest.param("2026-06-01 08:00", "2026-06-01 07:00", None, "met", 0, id="answered before it was opened"),
    ],
)
def test_first_response_is_judged_in_business_time(
    opened: str, answered: str | None, due: str | None, state: str, elapsed: int | None
) -> None:
    """Two business hours run in office hours only, whatever the weekend, a holiday or the clocks do in between; the
    last second is in time, and the first after it, or after closing, is not."""
    kept = clock(
        Desks(
            tickets=[{"ticket_id": "t", "opened_at": opened, "first_responded_at": answered}],
            policies=[policy("P", 120)],
            horizons=[("support.tickets", "desk", "2026-12-31" if "2026-1" in opened else "2026-08-31", None)],
        ),
        FIRST,
    )
    assert kept["state"] == state
    assert elapsed is None or kept["elapsed_seconds"] == elapsed
    assert due is None or kept["due_at"] == stamp(due)
    assert kept["excluded_reason"] == ("stop_before_start" if due is None else None)


def test_a_target_that_ends_with_what_was_shown_is_not_broken_yet() -> None:
    """Due at the very end of the last date shown: an answer in time would not have been seen. A second earlier it is
    late."""
    tickets = [
        {"ticket_id": "t", "opened_at": "2026-08-31 23:00:00"},
        {"ticket_id": "late", "opened_at": "2026-08-31 22:59:59"},
    ]
    kept = keep_clocks(Desks(tickets=tickets, policies=[policy("P", 60, target_unit="calendar_minutes")]))
    on_edge, late = (kept[f"vendor_support/first_response/{ticket['ticket_id']}"] for ticket in tickets)
    assert (on_edge["state"], on_edge["used_share"], on_edge["is_due"]) == ("running", 1, False)
    assert (late["state"], late["due_date"], late["is_due"]) == ("breached_open", dt.date(2026, 8, 31), True)


def test_the_clock_that_never_closes_counts_all_hours() -> None:
    """The calendar `always` and calendar minutes give the same due time over a weekend; business time is told beside
    it."""
    tickets = [{"ticket_id": "t", "opened_at": "2026-06-05 14:00", "first_responded_at": "2026-06-06 14:00"}]
    always = clock(Desks(tickets=tickets, policies=[policy("P", 1440, calendar_id="always")]), FIRST)
    minutes = clock(Desks(tickets=tickets, policies=[policy("P", 1440, target_unit="calendar_minutes")]), FIRST)
    assert always["due_at"] == minutes["due_at"] == stamp("2026-06-06 14:00")
    assert always["elapsed_seconds"] == minutes["elapsed_seconds"] == 86400
    assert (always["calendar_id"], minutes["calendar_id"]) == ("always", None)
    assert minutes["business_seconds"] == 3600


RESOLVE = policy("R", 480, RESOLUTION)


def resolution(*events: tuple[str, str, str | None], status: str = "solved", **ticket: object) -> Row:
    """The resolution clock of a ticket opened on Monday at 09:00 in Berlin, with a target of eight business hours."""
    row = {"ticket_id": "t", "opened_at": "2026-06-01 07:00", "status": status, **ticket}
    return clock(Desks(tickets=[row], events=[("t", *event) for event in events], policies=[RESOLVE]), RESOLUTION)


def test_waiting_for_the_customer_takes_no_time_and_moves_the_due_time() -> None:
    """Two hours of work, a day of waiting, three hours of work are five hours; due moves by the day. A first
    response has no pause."""
    kept = resolution(
        ("2026-06-01 09:00", "status", "pending"), ("2026-06-02 09:00", "status", "open"),
        ("2026-06-02 12:00", "status", "solved"),
    )  # fmt: skip
    assert (kept["state"], kept["elapsed_seconds"], kept["due_at"]) == ("met", 5 * 3600, stamp("2026-06-02 15:00"))
    assert kept["history_quality"] == "full"


def test_a_stop_while_paused_ends_at_the_time_accrued() -> None:
    """Solved a week after the question to the customer, with two hours used: met after two hours."""
    kept = resolution(("2026-06-01 09:00", "status", "pending"), ("2026-06-08 09:00", "status", "solved"))
    assert (kept["state"], kept["elapsed_seconds"]) == ("met", 2 * 3600)
    assert kept["due_at"] == stamp("2026-06-08 15:00")


def test_a_pause_at_the_last_second_of_the_target_keeps_it() -> None:
    """All eight hours used when the pause begins: nothing is late until it runs again."""
    begun = ("2026-06-01 15:00", "status", "pending")
    assert resolution(begun, ("2026-06-04 09:00", "status", "solved"))["state"] == "met"
    again = resolution(begun, ("2026-06-04 09:00", "status", "open"), ("2026-06-04 09:00:01", "status", "solved"))
    assert (again["state"], again["due_at"]) == ("breached", stamp("2026-06-04 09:00"))


def test_a_ticket_that_waits_is_paused_and_not_due() -> None:
    """Waiting at the end of what was shown, with time left: paused, due as if it ran on from there."""
    kept = resolution(("2026-06-01 09:00", "status", "pending"), status="pending")
    assert (kept["state"], kept["is_due"], kept["elapsed_seconds"]) == ("paused", False, 2 * 3600)
    assert kept["due_at"] == stamp("2026-09-01 13:00")


def test_reopening_resumes_the_clock() -> None:
    """The time it stood solved does not count, and the stop is the last end that still holds; solved then closed is
    one end."""
    kept = resolution(
        ("2026-06-01 09:00", "status", "solved"), ("2026-06-03 09:00", "status", "open"),
        ("2026-06-03 11:00", "status", "solved"), ("2026-06-07 11:00", "status", "closed"), status="closed",
    )  # fmt: skip
    assert (kept["state"], kept["elapsed_seconds"], kept["reopen_count"]) == ("met", 4 * 3600, 1)
    assert kept["stopped_at"] == stamp("2026-06-03 11:00")
    still = resolution(("2026-06-01 09:00", "status", "solved"), ("2026-06-03 09:00", "status", "open"), status="open")
    assert (still["state"], still["stopped_at"], still["reopen_count"]) == ("breached_open", None, 1)
    assert still["due_at"] == stamp("2026-06-03 15:00")


def test_without_events_the_ticket_says_when_it_was_resolved() -> None:
    """No events: the stated stamps count and the history is `none`. Resolved at no stated time: nobody says when."""
    kept = resolution(resolved_at="2026-06-01 12:00", source_reopen_count=2)
    assert (kept["state"], kept["elapsed_seconds"], kept["history_quality"]) == ("met", 5 * 3600, "none")
    assert kept["reopen_count"] == 2
    assert resolution()["excluded_reason"] == "no_event_date"


def test_a_history_that_lags_does_not_resolve_a_ticket() -> None:
    """What the ticket says of itself counts: solved by the events and open by itself is open, and the other way
    round."""
    reopened = resolution(("2026-06-01 09:00", "status", "solved"), status="open")
    assert (reopened["stopped_at"], reopened["history_quality"]) == (None, "latest_visit_only")
    solved = resolution(("2026-06-01 09:00", "status", "open"), resolved_at="2026-06-01 10:00")
    assert (solved["stopped_at"], solved["history_quality"]) == (stamp("2026-06-01 10:00"), "latest_visit_only")


def test_what_ends_without_an_answer_cancels_a_clock_that_was_not_late() -> None:
    """Merged, cancelled, or resolved without a reply before the target: cancelled, with the reason. After it:
    breached."""
    merged = resolution(("2026-06-01 09:00", "status", "closed"), status="closed", merged_into_ticket_id="x")
    assert (merged["state"], merged["cancel_reason"]) == ("cancelled", "merged_into_other")
    dropped = resolution(("2026-06-01 09:00", "status", "deleted"), status="deleted")
    assert (dropped["state"], dropped["cancel_reason"]) == ("cancelled", "cancelled")
    late = resolution(("2026-06-03 09:00", "status", "deleted"), status="deleted")
    assert (late["state"], late["stopped_at"], late["due_at"]) == ("breached", None, stamp("2026-06-01 15:00"))
    tickets = [{"ticket_id": "t", "opened_at": "2026-06-01 07:00", "status": "solved"}]
    tickets[0]["resolved_at"] = "2026-06-01 08:00"
    silent = clock(Desks(tickets=tickets, policies=[policy("P", 120)]), FIRST)
    assert (silent["state"], silent["cancel_reason"]) == ("cancelled", "closed_unanswered")


def test_each_turn_of_the_customer_is_a_clock() -> None:
    """Messages in a row are one turn; what comes before the first answer belongs to it; thanks after the end are no
    question; a question that the end overtook is cancelled."""
    events = [
        ("2026-06-01 07:30", "customer_reply", None), ("2026-06-01 08:00", "agent_reply", None),
        ("2026-06-01 09:00", "customer_reply", None), ("2026-06-01 09:30", "customer_reply", None),
        ("2026-06-01 11:00", "agent_reply", None), ("2026-06-01 11:05", "agent_reply", None),
        ("2026-06-01 12:00", "customer_reply", None), ("2026-06-01 12:30", "status", "solved"),
        ("2026-06-01 13:00", "customer_reply", None),
    ]  # fmt: skip
    kept = keep_clocks(
        Desks(
            tickets=[{"ticket_id": "t", "opened_at": "2026-06-01 07:00", "status": "solved"}],
            events=[("t", *event) for event in events],
            policies=[policy("N", 60, NEXT)],
        )
    )
    turns = {name: row for name, row in kept.items() if "/next_response/" in name}
    assert list(turns) == [f"vendor_support/next_response/t/{turn}" for turn in (1, 2)]
    first, second = turns.values()
    assert (first["state"], first["elapsed_seconds"]) == ("breached", 2 * 3600)
    assert (second["state"], second["cancel_reason"]) == ("cancelled", "closed_unanswered")
    assert kept["vendor_support/first_response/t"]["stopped_at"] == stamp("2026-06-01 08:00")


def test_the_last_priority_within_the_clock_asks_for_the_promise_of_its_start() -> None:
    """Raised before the answer: the target that urgent tickets had on the day it was opened. Raised after it: not at
    all."""
    policies = [
        policy("normal", 480, priority="normal"),
        policy("urgent then", 60, priority="Urgent", valid_to="2026-06-02"),
        policy("urgent now", 30, priority="urgent", valid_from="2026-06-02"),
    ]
    ticket = {"ticket_id": "t", "opened_at": "2026-06-01 13:00", "first_responded_at": "2026-06-02 08:00"}
    raised = [("t", "2026-06-01 07:00", "priority", "normal"), ("t", "2026-06-02 07:30", "priority", "urgent")]
    kept = clock(Desks(tickets=[{**ticket, "priority": "urgent"}], events=raised, policies=policies), FIRST)
    assert (kept["priority"], kept["policy_id"], kept["due_at"]) == ("urgent", "urgent then", stamp("2026-06-01 14:00"))
    early = {**ticket, "priority": "urgent", "first_responded_at": "2026-06-01 14:00"}
    assert clock(Desks(tickets=[early], events=raised, policies=policies), FIRST)["policy_id"] == "normal"


def test_the_most_decisive_attribute_picks_the_policy() -> None:
    """Priority goes before tier, tier before region, and any of them before none; a policy of somebody else's never
    fits."""
    policies = [
        policy("any", 1), policy("AMER", 2, region="AMER", for_instance="desk"), policy("Platinum", 3, tier="Platinum"),
        policy("urgent", 4, priority="urgent"), policy("other", 5, priority="urgent", region="EMEA"),
        policy("ended", 6, priority="urgent", region="AMER", valid_to="2026-06-01"),
    ]  # fmt: skip
    opened = {"opened_at": "2026-06-01 13:00"}
    kept = keep_clocks(
        Desks(
            tickets=[
                {"ticket_id": "urgent", "requester_domain": "partner.test", "priority": "urgent", **opened},
                {"ticket_id": "platinum", "requester_domain": "partner.test", **opened},
                {"ticket_id": "region", "region": "AMER", **opened},
                {"ticket_id": "nobody", **opened},
            ],
            policies=policies,
        )
    )
    chosen = {row["entity_id"]: row["policy_id"] for row in kept.values() if row["metric"] == FIRST}
    assert chosen == {"urgent": "urgent", "platinum": "Platinum", "region": "AMER", "nobody": "any"}


def test_equally_specific_policies_leave_two_rows() -> None:
    """Nobody can say which of two is meant: the fact's grain breaks, and the policy test names the two."""
    tickets = [{"ticket_id": "t", "opened_at": "2026-06-01 13:00"}]
    with pytest.raises(AssertionError):
        keep_clocks(Desks(tickets=tickets, policies=[policy("one", 60), policy("two", 90)]))


def test_the_due_time_of_the_source_beats_the_policy() -> None:
    """Due when the source says, judged by that; the time that it leaves is told on the policy's calendar. Its
    verdict is kept beside ours, and where both are there and differ, that is a disagreement."""
    ticket = {
        "ticket_id": "t", "opened_at": "2026-06-01 07:00", "first_responded_at": "2026-06-02 08:00",
        "first_response_due_at": "2026-06-02 09:00", "source_first_response_met": False,
    }  # fmt: skip
    kept = clock(Desks(tickets=[ticket], policies=[policy("P", 120)]), FIRST)
    assert (kept["state"], kept["due_at"], kept["is_source_due"]) == ("met", stamp("2026-06-02 09:00"), True)
    assert (kept["target_seconds"], kept["elapsed_seconds"], kept["policy_id"]) == (10 * 3600, 9 * 3600, "P")
    assert (kept["source_met"], kept["is_disagreement"]) == (False, True)
    without = clock(Desks(tickets=[ticket]), FIRST)
    assert (without["state"], without["policy_id"], without["target_seconds"]) == ("met", None, 26 * 3600)


def test_who_is_accountable_and_whose_it_is() -> None:
    """The partner's desk keeps the partner's promises; an organization is who it matches, a requester without one
    who its domain matches, anybody else unmatched. Without a policy nothing is promised, and time is told all the
    same."""
    opened = {"opened_at": "2026-06-01 13:00", "first_responded_at": "2026-06-01 14:00"}
    kept = keep_clocks(
        Desks(
            tickets=[
                {"ticket_id": "a", "organization_id": "desk:O1", "handled_by": "partner", **opened},
                {"ticket_id": "b", "requester_domain": "partner.test", **opened},
                {"ticket_id": "c", "organization_id": "desk:O2", "requester_domain": "partner.test", **opened},
            ]
        )
    )
    own = kept["partner_support/first_response/a"]
    assert (own["partner_id"], own["accountable"], own["state"]) == ("prm:A", "partner", "not_applicable")
    assert own["business_seconds"] == 3600
    assert kept["vendor_support/first_response/b"]["partner_id"] == "prm:B"
    assert kept["vendor_support/first_response/c"]["partner_id"] == "unmatched"


def test_what_the_sources_cannot_have_shown_does_not_count() -> None:
    """Events end before tickets do: a stop after them is not known, and what began after them, before the history,
    or as a test counts nowhere."""
    tickets = [
        {"ticket_id": "t", "opened_at": "2026-07-31 13:00", "first_responded_at": "2026-08-01 08:00"},
        {"ticket_id": "after", "opened_at": "2026-08-03 13:00"},
        {"ticket_id": "before", "opened_at": "2025-12-31 13:00", "first_responded_at": "2026-01-02 13:00"},
        {"ticket_id": "test", "opened_at": "2026-07-30 13:00", "is_test": True},
        {"ticket_id": "bin", "opened_at": "2026-07-30 13:00", "is_deleted": True},
    ]
    kept = keep_clocks(
        Desks(
            tickets=tickets,
            policies=[policy("P", 4800)],
            horizons=[
                ("support.tickets", "desk", "2026-08-31", None),
                ("support.ticket_events", "desk", "2026-07-31", "2026-01-01"),
            ],
        )
    )
    firsts = {row["entity_id"]: row for row in kept.values() if row["metric"] == FIRST}
    assert (firsts["t"]["state"], firsts["t"]["stopped_at"]) == ("running", None)
    assert {name: row["excluded_reason"] for name, row in firsts.items()} == {
        "t": None, "after": "after_observation", "before": "before_history", "test": "test_record",
        "bin": "deleted_at_source",
    }  # fmt: skip


def approval(outcome: str, *events: tuple[str, str], **record: object) -> Row:
    """The clock of a registration with three business days, submitted on Thursday 30 April 2026 at 12:00 UTC."""
    fact = {"registration_id": "r", "latest_registration_id": "r", "outcome": outcome, "has_events": bool(events)}
    target = policy("A", 3, "approval", process="registration", target_unit="business_days")
    desks = Desks(
        registrations=[{"registration_id": "r", "submitted_at": "2026-04-30 12:00", **record}],
        registration_facts=[fact],
        registration_events=[("r", *event) for event in events],
        policies=[target],
    )
    return keep_clocks(desks)["registration/approval/r"]


def test_business_days_end_with_the_last_working_date() -> None:
    """Three working dates after a Thursday before a holiday and a weekend end at the close of Wednesday, met at that
    second."""
    met = approval("approved", decided_at="2026-05-06 15:00:00")
    assert (met["state"], met["due_at"]) == ("met", stamp("2026-05-06 15:00"))
    assert approval("rejected", decided_at="2026-05-06 15:00:01")["state"] == "breached"
    assert approval("open")["state"] == "breached_open"


def test_a_registration_pauses_while_information_is_asked_for() -> None:
    """A question that stood over one working day moves the due time by its hours; withdrawal and expiry cancel the
    clock."""
    asked = approval(
        "approved", ("2026-05-04 10:00", "info_requested"), ("2026-05-05 10:00", "resubmitted"),
        ("2026-05-07 14:00", "approved"),
    )  # fmt: skip
    assert (asked["state"], asked["due_at"]) == ("met", stamp("2026-05-07 15:00"))
    withdrawn = approval("withdrawn", decided_at="2026-05-05 08:00")
    assert (withdrawn["state"], withdrawn["cancel_reason"]) == ("cancelled", "withdrawn")
    expired = approval("expired", expires_date="2026-06-30")
    assert (expired["state"], expired["cancel_reason"]) == ("breached", "expired")


def test_a_decision_that_is_taken_up_again_resumes() -> None:
    """Rejected on the first working day, submitted again a week later, approved within the hours left: met."""
    kept = approval(
        "approved",
        ("2026-05-04 08:00", "rejected"),
        ("2026-05-11 08:00", "resubmitted"),
        ("2026-05-12 08:00", "approved"),
    )
    assert (kept["state"], kept["elapsed_seconds"]) == ("met", (3 + 1 + 8) * 3600)
