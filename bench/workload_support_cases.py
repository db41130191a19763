"""Hand-made tickets: `planted_support.yaml` as rows of tickets and events, and the ticket number of each label."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from bench.workload_cast import find_cast
from bench.workload_times import FAR, to_moment

CASES = Path(__file__).with_name("planted_support.yaml")


@cache
def read_ticket_cases() -> tuple[dict[str, Any], ...]:
    """All hand-made tickets, in the order in which they are numbered."""
    return tuple(yaml.safe_load(CASES.read_text(encoding="utf-8"))["tickets"])


def plant_tickets(
    partners: pd.DataFrame, organizations: pd.DataFrame, tickets: pd.DataFrame, events: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """The tables with the hand-made rows at their end, and the labels."""
    cases = read_ticket_cases()
    labels = {case["label"]: len(tickets) + place for place, case in enumerate(cases)}
    places = {partner: place for place, partner in enumerate(organizations["partner"])}
    told = [_tell_ticket(partners, places, labels, case) for case in cases]
    steps = [
        {
            "ticket": labels[case["label"]],
            "at": to_moment(at),
            "field": field,
            "value": value,
            "who": "end-user" if field == "customer" else "agent",
        }
        for case in cases
        for at, field, value in case["events"]
    ]
    return (
        pd.concat([tickets, pd.DataFrame(told)], ignore_index=True),
        pd.concat([events, pd.DataFrame(steps)], ignore_index=True),
        labels,
    )


def _tell_ticket(
    partners: pd.DataFrame, places: dict[int, int], labels: dict[str, int], case: dict[str, Any]
) -> dict[str, object]:
    organization = case.get("organization", "")
    of = case.get("mail_of", organization)
    domain = str(partners["domain"].iloc[find_cast(partners, of)]) if of else "gmail.com"
    replies = [to_moment(at) for at, field, _ in case["events"] if field == "agent"]
    return {
        "organization": places[find_cast(partners, organization)] if organization else -1,
        "requester": f"case.{case['label'].replace('_', '-')}@{domain}",
        "handled_by": case.get("handled_by", "vendor"),
        "subject": f"Case: {case['label'].replace('_', ' ')}",
        "priority": case.get("priority", "normal"),
        "channel": "email",
        "type": "question",
        "group": "Tier 1",
        "created": to_moment(case["created"]),
        "reply_due": to_moment(case.get("reply_due", "")),
        "solution_due": FAR,
        "reply_verdict": case.get("verdict", ""),
        "solution_verdict": "",
        "rating": "",
        "merged_into": labels[case["merged_into"]] if "merged_into" in case else -1,
        "is_test": case.get("is_test", False),
        "case": case["label"],
        "first_reply": min(replies, default=FAR),
    }
