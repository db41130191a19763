"""Facts about hand-made tickets and registrations: how much time their clocks had on them, and how they ended.

The stretches in which a clock ran are written down from the stories in `planted_support.yaml` and
`planted_cases.yaml`; their open seconds are counted minute by minute.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.facts_calendar import Interval, count_open_seconds
from bench.facts_form import Fact, ask
from bench.workload_world import World
from bench.workload_zendesk_exports import number_tickets

FIRST, SOLUTION = "first_response", "resolution"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A clock by hand: policy, state, and the stretches (UTC) in which it ran."""

    ticket: str
    why: str
    state: str
    ran: tuple[Interval, ...]
    policy: str = "VF3b"
    metric: str = FIRST
    calendar: str = "default"
    process: str = "vendor_support"


STORIES = (
    Story(ticket="over_a_weekend", why="waited from Friday to Monday", state="met",
          ran=(("2026-06-12 14:00", "2026-06-15 08:00"),)),
    Story(ticket="over_christmas", why="waited over two holidays and a weekend", state="met", policy="VF3",
          ran=(("2025-12-24 14:00", "2025-12-29 10:00"),)),
    Story(ticket="over_easter", why="waited from Maundy Thursday to Easter Tuesday, an hour too long", state="breached",
          ran=(("2026-04-02 11:00", "2026-04-07 10:00"),)),
    Story(ticket="into_summer_time", why="waited over the night that lost an hour", state="met",
          ran=(("2026-03-27 15:00", "2026-03-30 08:00"),)),
    Story(ticket="out_of_summer_time", why="waited over the night that had an hour twice", state="met", policy="VF3",
          ran=(("2025-10-24 14:00", "2025-10-27 09:00"),)),
    Story(ticket="urgent_at_the_change", why="is urgent, which counts at any hour", state="met", policy="VF1",
          calendar="none", ran=(("2026-03-29 00:30", "2026-03-29 01:20"),)),
    Story(ticket="americas_at_the_change", why="is an American partner's, whose clocks changed that weekend",
          state="met", policy="VFA", calendar="americas", ran=(("2026-03-06 22:00", "2026-03-09 13:00"),)),
    Story(ticket="americas_thanksgiving", why="waited over Thanksgiving, a holiday there only", state="met",
          policy="VFA", calendar="americas", ran=(("2025-11-26 22:30", "2025-12-01 13:45"),)),
    Story(ticket="opened_before_hours", why="was opened before nine", state="met",
          ran=(("2026-05-19 04:15", "2026-05-19 09:30"),)),
    Story(ticket="opened_on_sunday", why="was opened on a Sunday and answered at nine on Monday", state="met",
          ran=(("2026-05-17 10:00", "2026-05-18 07:00"),)),
    Story(ticket="answered_to_the_minute", why="took exactly what was promised", state="met",
          ran=(("2026-06-02 07:00", "2026-06-02 13:00"),)),
    Story(ticket="answered_a_minute_late", why="took a minute more than promised", state="breached",
          ran=(("2026-06-03 07:00", "2026-06-03 13:01"),)),
    Story(ticket="paused_and_resumed", why="waited a week for the customer, which does not count", state="met",
          metric=SOLUTION, policy="VR3",
          ran=(("2026-07-06 08:00", "2026-07-06 10:00"), ("2026-07-13 08:00", "2026-07-13 11:00"))),
    Story(ticket="solved_while_paused", why="was solved while it stood paused", state="met", metric=SOLUTION,
          policy="VR3", ran=(("2026-07-07 08:00", "2026-07-07 09:00"),)),
    Story(ticket="reopened", why="was opened again after two days that do not count", state="met", metric=SOLUTION,
          policy="VR3", ran=(("2026-06-08 08:00", "2026-06-08 10:00"), ("2026-06-10 09:00", "2026-06-10 10:00"))),
    Story(ticket="never_answered", why="stood unanswered past its target", state="breached_open",
          ran=(("2026-08-24 08:00", "2026-09-01 00:00"),)),
    Story(ticket="still_in_time", why="was opened on the last morning", state="running", policy="VF4",
          ran=(("2026-08-31 09:00", "2026-09-01 00:00"),)),
    Story(ticket="waits_for_customer", why="waits for its customer", state="paused", metric=SOLUTION, policy="VR3",
          ran=(("2026-08-26 08:00", "2026-08-26 09:00"),)),
    Story(ticket="merged_away", why="was merged into another before it was answered", state="cancelled",
          ran=(("2026-06-22 08:30", "2026-06-22 09:30"),)),
    Story(ticket="raised_in_the_middle", why="became urgent on the way: the urgent target, from its opening",
          state="breached", policy="VF1", calendar="none", ran=(("2026-06-16 08:00", "2026-06-16 11:00"),)),
    Story(ticket="before_the_new_target", why="was opened before the target was lowered", state="met", policy="VF3",
          ran=(("2025-12-30 08:00", "2025-12-30 15:00"),)),
    Story(ticket="after_the_new_target", why="was opened after the target was lowered", state="breached",
          ran=(("2026-01-05 08:00", "2026-01-05 15:00"),)),
    Story(ticket="over_the_new_target", why="began under the old target and keeps it", state="met", policy="VF3",
          ran=(("2025-12-31 09:00", "2026-01-02 08:30"),)),
    Story(ticket="internal_note_first", why="had a note before its answer, which is none", state="met",
          ran=(("2026-06-29 08:00", "2026-06-29 11:00"),)),
    Story(ticket="partner_answers_in_time", why="is the partner's own to answer", state="met", policy="PF2",
          process="partner_support", ran=(("2026-07-08 07:00", "2026-07-08 14:00"),)),
    Story(ticket="partner_in_singapore", why="is answered by a partner in Asia, by its calendar", state="met",
          policy="PFA", process="partner_support", calendar="apac", ran=(("2026-07-09 01:30", "2026-07-09 09:30"),)),
)  # fmt: skip


def list_sla_case_facts(world: World) -> list[Fact]:
    """All facts about single clocks."""
    facts = []
    for story in STORIES:
        ticket = name_ticket(world, story.ticket)
        where = f"entity_id = '{ticket}' and process = '{story.process}' and metric = '{story.metric}'"
        facts += [
            Fact(
                id=f"sla_seconds_{story.ticket}",
                statement=f"Ticket {ticket} {story.why}: so many seconds counted until it ended.",
                query=ask("elapsed_seconds", "fct_sla_clocks", where),
                expected=sum(count_open_seconds(start, stop, story.calendar) for start, stop in story.ran),
            ),
            Fact(
                id=f"sla_state_{story.ticket}",
                statement=f"Ticket {ticket} {story.why}: by policy {story.policy} its clock is {story.state}.",
                query=ask("policy_id || ' ' || state", "fct_sla_clocks", where),
                expected=f"{story.policy} {story.state}",
            ),
        ]
    return [*facts, *_list_single(world), *_list_registrations(world)]


def name_ticket(world: World, label: str) -> str:
    """The id under which the marts know a hand-made ticket."""
    return f"zendesk:{number_tickets(len(world.support.tickets))[world.support.labels[label]]}"


def _list_single(world: World) -> list[Fact]:
    def fact(label: str, what: str, expected: object, text: str, *, metric: str = FIRST) -> Fact:
        ticket = name_ticket(world, label)
        return Fact(
            id=f"sla_{label}",
            statement=f"Ticket {ticket} {text}",
            query=ask(what, "fct_sla_clocks", f"entity_id = '{ticket}' and metric = '{metric}'"),
            expected=expected,  # type: ignore[arg-type]
        )

    disputed = "is_disagreement and state = 'met' and not source_met"
    return [
        fact("thrown_away", "excluded_reason", "deleted_at_source", "was deleted."),
        fact("only_a_test", "excluded_reason", "test_record", "is a test."),
        fact("source_disagrees", disputed, True, "was answered in time, whatever the desk says."),
        fact("source_agrees", "is_disagreement", False, "was answered in time, and the desk says so too."),
        fact("own_due_time", "state || ' ' || cast(due_at as varchar)", "breached 2026-06-19 12:00:00",
             "has a due time of the desk's own, which is earlier than the policy's."),
        fact("reopened", "reopen_count", 1, "was solved, opened again and solved.", metric=SOLUTION),
        fact("of_nobody", "partner_id", "unmatched", "came from free mail and names no organization."),
    ]  # fmt: skip


def _list_registrations(world: World) -> list[Fact]:
    """Approvals: waiting for the partner does not count, nor does the time between a withdrawal and the next try."""
    stories: dict[str, tuple[str, tuple[Interval, ...]]] = {
        "sent_back": (
            "was sent back for a week",
            (("2025-05-05 10:00", "2025-05-09 10:00"), ("2025-05-16 10:00", "2025-05-21 10:00")),
        ),
        "first_try": (
            "was withdrawn, submitted again and approved",
            (("2025-02-03 10:00", "2025-02-10 10:00"), ("2025-02-14 10:00", "2025-02-26 10:00")),
        ),
        "approved_at_once": ("was approved the day after", (("2025-06-02 10:00", "2025-06-03 10:00"),)),
    }
    facts = []
    for label, (why, ran) in stories.items():
        key = f"partnerstack:{world.registrations['key'].iloc[world.planted_registrations[label]]}"
        where = f"entity_id = '{key}' and process = 'registration'"
        seconds = sum(count_open_seconds(start, stop, "default") for start, stop in ran)
        facts += [
            Fact(
                id=f"sla_approval_seconds_{label}",
                statement=f"Registration {key} {why}: so many open seconds until it was decided.",
                query=ask("elapsed_seconds", "fct_sla_clocks", where),
                expected=seconds,
            ),
            Fact(
                id=f"sla_approval_state_{label}",
                statement=f"Registration {key} {why}; two or three business days are promised.",
                query=ask("state", "fct_sla_clocks", where),
                expected="met" if label == "approved_at_once" else "breached",
            ),
        ]
    return facts
