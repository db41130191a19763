"""A service desk and a registration desk made by hand, and the clocks that dbt's own models keep of them.

Here is what a test may state (tickets, what happened to them, registrations, promises) and the calendars it can
count on: `default` is open Monday to Friday 09:00 to 17:00 in Berlin (which is UTC+2 in summer), `always` at all
hours. 1 May 2026, a Friday, is a holiday everywhere. All stamps are UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
from mechanism import Models

Row = dict[str, object]

INPUTS = """
create table int_run_parameters as select date '2026-08-31' as as_of_date;
create table int_export_horizons (export varchar, instance varchar, observed_through date, history_from date);
create table stg_support__tickets (
    ticket_id varchar, instance varchar default 'desk', organization_id varchar, requester_domain varchar,
    handled_by varchar default 'vendor', status varchar default 'open', priority varchar default 'normal',
    channel varchar, ticket_type varchar, department varchar, region varchar, opened_at timestamp,
    first_responded_at timestamp, resolved_at timestamp, closed_at timestamp, first_response_due_at timestamp,
    resolution_due_at timestamp, source_first_response_met boolean, source_resolution_met boolean,
    source_reopen_count bigint, merged_into_ticket_id varchar, is_deleted boolean default false,
    is_test boolean default false
);
create table stg_support__ticket_events (
    event_id varchar, instance varchar default 'desk', ticket_id varchar, occurred_at timestamp, occurred_date date,
    event_type varchar, event_value varchar
);
create table stg_prm__deal_registrations (
    registration_id varchar, instance varchar default 'prm', submitted_at timestamp, decided_at timestamp,
    expires_date date
);
create table stg_prm__registration_events (
    event_id varchar, instance varchar default 'prm', registration_id varchar, occurred_at timestamp,
    occurred_date date, status varchar
);
create table int_registration_roots (record_id varchar, registration_id varchar);
create table fct_deal_registrations (
    registration_id varchar, latest_registration_id varchar, instance varchar default 'prm',
    partner_id varchar default 'prm:A', outcome varchar, submission_count bigint default 1, has_events boolean,
    observed_through date default '2026-08-31', history_from date, excluded_reason varchar
);
create table stg_crm__opportunity_history (
    deal_id varchar, history_id varchar, instance varchar, changed_at timestamp, changed_date date, stage varchar
);
create table stg_policy__deal_stages (stage varchar, instance varchar, meaning varchar, stage_order bigint);
create table stg_policy__ticket_statuses as
from (values
    ('new', '*', 'new'), ('open', '*', 'open'), ('pending', '*', 'waiting'), ('solved', '*', 'solved'),
    ('closed', '*', 'closed'), ('deleted', '*', 'cancelled'), ('hold', 'desk', 'open')
) as statuses (status, instance, meaning);
create table stg_policy__registration_statuses as
from (values
    ('submitted', 'submitted'), ('info_requested', 'info_requested'), ('resubmitted', 'submitted'),
    ('approved', 'approved'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')
) as statuses (status, meaning);
create table stg_policy__sla_processes as
from (values
    ('vendor_support', 'first_response', 'vendor', false), ('vendor_support', 'next_response', 'vendor', false),
    ('vendor_support', 'resolution', 'vendor', true), ('partner_support', 'first_response', 'partner', false),
    ('partner_support', 'next_response', 'partner', false), ('partner_support', 'resolution', 'partner', true),
    ('registration', 'approval', 'vendor', true)
) as processes (process, metric, accountable, pauses);
create table stg_policy__sla_policies (
    policy_id varchar, process varchar default 'vendor_support', metric varchar default 'first_response',
    for_instance varchar, priority varchar, channel varchar, ticket_type varchar, department varchar, region varchar,
    country varchar, tier varchar, partner_type varchar, target decimal(18, 6),
    target_unit varchar default 'business_minutes', calendar_id varchar, valid_from date default '2026-01-01',
    valid_to date
);
create table stg_policy__business_hours as
select 'default' as calendar_id, 1440 * day + 540 as opens_minute, 1440 * day + 1020 as closes_minute,
    'Europe/Berlin' as time_zone
from range(1, 6) as days (day)
union all
select 'always', 0, 10080, 'Etc/UTC';
create table stg_policy__business_holidays as
select '*' as calendar_id, date '2026-05-01' as first_date, date '2026-05-01' as last_date;
create table int_partner_matches as
from (values ('support.organizations', 'desk:O1', 'prm:A'), ('support.tickets', 'desk:@partner.test', 'prm:B'))
    as matches (source_export, record_id, partner_id);
create table dim_partner_history as
select *, cast(null as date) as valid_to from (values
    ('prm:A', date '1900-01-01', 'Gold', 'EMEA', 'DE', 'reseller'),
    ('prm:B', date '1900-01-01', 'Platinum', 'AMER', 'US', 'reseller')
) as history (partner_id, valid_from, tier, region, country, partner_type);
"""


@dataclass(frozen=True, kw_only=True)
class Desks:
    """What is on record. A column that a row leaves out has the default of INPUTS."""

    tickets: Sequence[Row] = ()
    events: Sequence[tuple[str, str, str, str | None]] = ()
    registrations: Sequence[Row] = ()
    registration_facts: Sequence[Row] = ()
    registration_events: Sequence[tuple[str, str, str]] = ()
    policies: Sequence[Row] = ()
    horizons: Sequence[tuple[str, str, str, str | None]] = field(
        default=(("support.tickets", "desk", "2026-08-31", None),)
    )


def keep_clocks(desks: Desks) -> dict[str, Row]:
    """Rows of fct_sla_clocks by their id."""
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(INPUTS)
        _insert(connection, "stg_support__tickets", desks.tickets)
        _insert(connection, "stg_policy__sla_policies", desks.policies)
        _insert(connection, "stg_prm__deal_registrations", desks.registrations)
        _insert(connection, "fct_deal_registrations", desks.registration_facts)
        connection.execute(
            "insert into int_registration_roots"
            " select registration_id, registration_id from stg_prm__deal_registrations"
        )
        for number, (ticket_id, occurred_at, event_type, value) in enumerate(desks.events, 1):
            row = {"event_id": f"e{number:03}", "ticket_id": ticket_id, "occurred_at": occurred_at,
                   "occurred_date": occurred_at[:10], "event_type": event_type, "event_value": value}  # fmt: skip
            _insert(connection, "stg_support__ticket_events", [row])
        for number, (registration_id, occurred_at, status) in enumerate(desks.registration_events, 1):
            row = {"event_id": f"r{number:03}", "registration_id": registration_id, "occurred_at": occurred_at,
                   "occurred_date": occurred_at[:10], "status": status}  # fmt: skip
            _insert(connection, "stg_prm__registration_events", [row])
        for horizon in desks.horizons:
            connection.execute("insert into int_export_horizons values (?, ?, ?, ?)", horizon)
        models = Models(connection)
        cursor = connection.execute(f"from {models.build('fct_sla_clocks')} order by sla_clock_id")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    assert len({row["sla_clock_id"] for row in rows}) == len(rows)
    return {str(row["sla_clock_id"]): row for row in rows}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    for row in rows:
        columns = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({columns}) values ({marks})", list(row.values()))
