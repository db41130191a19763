"""Which file of the inbox is which export, for the learning system, the service desk and the acquired business.

The CRM's and the partner system's files are `workload`, which writes them all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bench import workload_docebo_exports as docebo
from bench import workload_hubspot_exports as hubspot
from bench import workload_servicenow_exports as servicenow
from bench import workload_skilljar_exports as skilljar
from bench import workload_zendesk_exports as zendesk
from bench.workload_learning_catalogue import CERTIFICATIONS, COURSES
from bench.workload_size import DELIVERIES, OVERLAP_FROM
from bench.workload_world import World

BEFORE_ALL = "2019-01-01"


def list_systems(world: World, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The learning system and the service desk: every table as it is at a date, with its path."""
    yield from _list_snapshots(world, as_of)
    yield from _list_events(world, BEFORE_ALL, as_of)
    yield f"docebo/certificates_{as_of}.csv", docebo.export_certificates(world.learning, as_of)
    yield f"zendesk/tickets_{as_of}.csv", zendesk.export_tickets(world.support, as_of)


def list_changed_systems(world: World, before: str, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The delivery after one of `before`: snapshots whole, of the others what changed."""
    yield from _list_snapshots(world, as_of)
    yield from _list_events(world, str(OVERLAP_FROM), as_of)
    yield f"docebo/certificates_{as_of}.csv", docebo.export_changed_certificates(world.learning, before, as_of)
    yield f"zendesk/tickets_{as_of}.csv", zendesk.export_changed_tickets(world.support, before, as_of)


def _list_snapshots(world: World, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield f"docebo/branches_{as_of}.csv", docebo.export_branches(world.learning)
    yield f"docebo/users_{as_of}.csv", docebo.export_users(world.learning, as_of)
    yield f"docebo/courses_{as_of}.csv", COURSES
    yield f"docebo/certifications_{as_of}.csv", CERTIFICATIONS
    yield f"docebo/enrollments_{as_of}.csv", docebo.export_enrollments(world.learning, as_of)
    yield f"zendesk/organizations_{as_of}.csv", zendesk.export_organizations(world.support)
    yield f"hubspot/companies_{as_of}.csv", hubspot.export_companies(world.acquired_deals)
    yield f"hubspot/deals_{as_of}.csv", hubspot.export_deals(world.acquired_deals, as_of)
    yield f"hubspot/deal_company_{as_of}.csv", hubspot.export_deal_companies(world.acquired_deals, as_of)


def _list_events(world: World, since: str, as_of: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield f"zendesk/ticket_field_history_{as_of}.csv", zendesk.export_field_history(world.support, since, as_of)
    yield f"zendesk/ticket_comments_{as_of}.csv", zendesk.export_comments(world.support, since, as_of)


def list_acquired_systems(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """What came with the acquired business, at the last delivery."""
    as_of = DELIVERIES[-1]
    yield f"skilljar/groups_{as_of}.csv", skilljar.export_groups(world.acquired_learning)
    yield f"skilljar/users_{as_of}.csv", skilljar.export_users(world.acquired_learning)
    yield f"skilljar/courses_{as_of}.csv", skilljar.export_courses()
    yield f"skilljar/course_progress_{as_of}.csv", skilljar.export_progress(world.acquired_learning)
    yield f"skilljar/certificates_{as_of}.csv", skilljar.export_certificates(world.acquired_learning)
    yield f"servicenow/core_company_{as_of}.csv", servicenow.export_companies(world.acquired_desk)
    yield f"servicenow/incident_{as_of}.csv", servicenow.export_incidents(world.acquired_desk)
    yield f"servicenow/sys_audit_{as_of}.csv", servicenow.export_audit(world.acquired_desk)
    yield f"servicenow/task_sla_{as_of}.csv", servicenow.export_clocks(world.acquired_desk)
