"""The service desk's exports of a world, as they look at the end of a day.

Zendesk's shape: ISO times with Z, histories of fields, comments apart. Tickets come as a delta, events as they
occur, with the last days of the delivery before once more.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench import workload_names as names
from bench.workload_exports import end_of, flag, pick
from bench.workload_partners import to_day
from bench.workload_support_world import Support
from bench.workload_times import FAR, write_moments

FIRST_TICKET = 48_001
FIRST_COMMENT = 9_000_001
COMMENTS = {"agent": "agent", "customer": "end-user", "note": "agent"}


def number_tickets(count: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Ids of tickets."""
    return (np.arange(count) + FIRST_TICKET).astype(str)


def export_organizations(support: Support) -> pd.DataFrame:
    """organizations: everybody who may write to the desk."""
    rows = support.organizations
    return pd.DataFrame(
        {
            "id": rows["id"],
            "name": rows["name"],
            "domain_names": rows["domains"],
            "country": names.CODES[rows["country"]],
            "external_id": rows["external_id"],
            "created_at": np.char.add(to_day(rows["created"].to_numpy()).astype(str), "T08:00:00Z"),
        }
    )


def export_tickets(support: Support, as_of: str) -> pd.DataFrame:
    """tickets: each as its events until the cut left it."""
    rows, cut = support.tickets, end_of(as_of)
    known = support.events[support.events["at"] <= cut]
    moves = known[known["field"] == "status"]
    status = moves.groupby("ticket")["value"].last().reindex(rows.index).fillna("new").to_numpy(dtype=str)
    raised = known[known["field"] == "priority"].groupby("ticket")["value"].last().reindex(rows.index)
    solved = moves[moves["value"] == "solved"].groupby("ticket")["at"].agg(["last", "count"]).reindex(rows.index)
    closed = moves[moves["value"] == "closed"].groupby("ticket")["at"].last().reindex(rows.index)
    done = np.isin(status, ["solved", "closed"])
    answered = (rows["first_reply"] <= cut).to_numpy()
    ids = number_tickets(len(rows))
    merged = (status == "closed") & (rows["merged_into"] >= 0).to_numpy()
    frame = pd.DataFrame(
        {
            "id": ids,
            "organization_id": pick(support.organizations["id"].to_numpy(dtype=str), rows["organization"].to_numpy()),
            "requester_email": rows["requester"],
            "handled_by": rows["handled_by"],
            "subject": rows["subject"],
            "status": status,
            "priority": raised.fillna(rows["priority"]),
            "via_channel": rows["channel"],
            "type": rows["type"],
            "group_name": rows["group"],
            "created_at": write_moments(rows["created"]),
            "solved_at": write_moments(np.where(done, solved["last"].fillna(FAR), FAR)),
            "closed_at": write_moments(closed.fillna(FAR)),
            "reopens": (solved["count"].fillna(0).astype(int) - np.where(done, 1, 0)).clip(lower=0),
            "first_reply_due_at": write_moments(rows["reply_due"]),
            "resolution_due_at": write_moments(rows["solution_due"]),
            "sla_first_reply": np.where(answered, rows["reply_verdict"], ""),
            "sla_resolution": rows["solution_verdict"],
            "satisfaction_rating": np.where(done, rows["rating"], ""),
            "merged_into": pick(ids, np.where(merged, rows["merged_into"], -1)),
            "tags": np.where(merged, "closed_by_merge", ""),
            "is_test": flag(rows["is_test"], "TRUE", "FALSE"),
        }
    )
    return frame[(rows["created"] <= cut).to_numpy()]


def export_changed_tickets(support: Support, before: str, as_of: str) -> pd.DataFrame:
    """tickets of a delta: opened since `before`, or with an event since."""
    since = end_of(before)
    touched = support.events.loc[support.events["at"].between(since + 1, end_of(as_of)), "ticket"].unique()
    frame = export_tickets(support, as_of)
    kept = (support.tickets["created"] > since) | support.tickets.index.isin(touched)
    return frame[kept[frame.index]]


def export_field_history(support: Support, since: str, as_of: str) -> pd.DataFrame:
    """ticket_field_history of a span of days, in order of time."""
    rows = _span(support, since, as_of)
    rows = rows[~rows["field"].isin(list(COMMENTS))]
    return pd.DataFrame(
        {
            "ticket_id": number_tickets(len(support.tickets))[rows["ticket"]],
            "field_name": rows["field"],
            "updated": write_moments(rows["at"]),
            "user_id": rows["who"],
            "value": rows["value"],
        }
    )


def export_comments(support: Support, since: str, as_of: str) -> pd.DataFrame:
    """ticket_comments of a span of days; notes are not public."""
    rows = _span(support, since, as_of)
    rows = rows[rows["field"].isin(list(COMMENTS))]
    return pd.DataFrame(
        {
            "id": rows["number"].astype(str),
            "ticket_id": number_tickets(len(support.tickets))[rows["ticket"]],
            "created": write_moments(rows["at"]),
            "public": flag(rows["field"] != "note", "TRUE", "FALSE"),
            "author_role": rows["field"].map(COMMENTS),
            "user_id": rows["who"],
        }
    )


def _span(support: Support, since: str, as_of: str) -> pd.DataFrame:
    rows = support.events.sort_values(["at", "ticket"], kind="stable", ignore_index=True)
    rows["number"] = np.arange(len(rows)) + FIRST_COMMENT
    return rows[rows["at"].between(end_of(since) - 86_399, end_of(as_of))]
