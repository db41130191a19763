"""The built-in vendors: small exports in each one's shape, with its oddities, give the expected canonical rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ingest_desk import RECEIVED, Warehouse, accept

from ingest.delivery import LoadResult
from ingest.inbox import find_deliveries
from ingest.load import take_in

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"


def take_vendor(warehouse: Warehouse, vendor: str) -> list[LoadResult]:
    """Everything of one vendor's folder; every file is known, every row is read."""
    found = find_deliveries(EXPORTS, contracts=warehouse.desk.contracts, home_vendors=None, received_at=RECEIVED)
    assert found.problems == ()
    results = [
        take_in(
            delivery,
            connection=warehouse.connection,
            home=warehouse.home,
            contract=warehouse.desk.contracts.exports[delivery.export],
            audit=accept,
            suite_version="1",
            run_id="run",
        )
        for delivery in found.deliveries
        if delivery.instance == vendor
    ]
    assert {(r.verdict, r.rows_rejected, r.extra_columns) for r in results} == {("accepted", 0, ())}
    assert {r.file_name for r in results} == {path.name for path in (EXPORTS / vendor).iterdir()}
    return results


EXPECTED: dict[str, dict[str, list[tuple[Any, ...]]]] = {
    "docebo": {
        "lms.companies: company_id, web_domain, country, crm_account_id, is_test": [
            ("10", "acme.de", "DE", "001q000000wW9BZAA0", False),
            ("11", None, None, None, True),
        ],
        "lms.learners: learner_id, email_domain, company_id, company_since_date, role, is_active": [
            ("1", "acme.de", "10", date(2025, 3, 1), "sales", True),
            ("2", None, "10", None, "presales", False),
        ],
        "lms.courses: course_id, track, role, is_active": [
            ("100", "Sales", "sales", True),
            ("101", "Sales", "sales", False),
        ],
        "lms.certifications: certification_id, course_id, validity_days": [("C1", "100", 365), ("C2", "101", None)],
        # The repeated row is one attempt; the course's validity is kept apart from the certificate's.
        "lms.enrollments: learner_id, attempt, enrolled_at, completed_at, withdrawn_at, status, score, valid_to_date": [
            ("1", 1, datetime(2026, 1, 5, 8), None, datetime(2026, 2, 1), "suspended", None, date(2026, 12, 31)),
            ("1", 2, datetime(2026, 3, 5, 8), datetime(2026, 3, 20, 10), None, "completed", Decimal(81), None),
            ("2", 1, datetime(2026, 2, 10, 12, 30), None, None, "subscribed", None, None),
        ],
        "lms.certificates: certificate_id, issued_at, expires_date, revoked_at, renewal_of": [
            ("Z1", datetime(2025, 3, 20, 10), date(2026, 3, 20), None, None),
            ("Z2", datetime(2026, 3, 20, 10), date(2027, 3, 20), datetime(2026, 5, 1, 8, 15), "Z1"),
            ("Z3", datetime(2026, 4, 1), None, None, None),
        ],
    },
    "skilljar": {
        "lms.companies: company_id, web_domain": [("g1", "reef.io")],
        "lms.learners: learner_id, email_domain, is_active": [("s1", "reef.io", True), ("s2", "reef.io", False)],
        "lms.courses: course_id, track": [("k1", "Technical"), ("k2", "Sales")],
        "lms.certifications: certification_id, course_id, validity_days": [("k1", "k1", 730), ("k2", "k2", None)],
        # The verdict where there is one, else how far the times say that the person got.
        "lms.enrollments: learner_id, course_id, attempt, status, score": [
            ("s1", "k1", 1, "FAILED", Decimal(40)),
            ("s1", "k1", 2, "PASSED", Decimal(90)),
            ("s1", "k2", 1, "withdrawn", None),
            ("s2", "k1", 1, "completed", None),
            ("s2", "k2", 1, "enrolled", None),
        ],
        "lms.certificates: certification_id, issued_at, expires_date": [
            ("k1", datetime(2026, 2, 3, 1), date(2028, 2, 3)),
        ],
    },
    "zendesk": {
        "support.organizations: organization_id, web_domain, prm_partner_id": [
            ("370001", "acme.de", "P-0041"),
            ("370002", None, None),
        ],
        "support.tickets: ticket_id, requester_domain, handled_by, status, resolved_at, source_first_response_met, "
        "source_resolution_met, merged_into_ticket_id, is_deleted": [
            ("1", "acme.de", "partner", "solved", datetime(2026, 7, 2, 10), True, False, None, False),
            ("2", None, "vendor", "closed", None, None, None, "1", False),
            ("3", None, "vendor", "deleted", None, None, None, None, True),
        ],
        # Two files, one export: fields under a hash, public comments under ids of their own.
        "support.ticket_events: starts_with(event_id, 'comment-'), occurred_at, event_type, value": [
            (False, datetime(2026, 7, 1, 10, 5), "status", "open"),
            (False, datetime(2026, 7, 1, 10, 6), "priority", "urgent"),
            (False, datetime(2026, 7, 1, 10, 7), "assignment", "Kim"),
            (False, datetime(2026, 7, 1, 10, 8), "other", "Cannot log in"),
            (False, datetime(2026, 7, 2, 10, 0), "status", "solved"),
            (True, datetime(2026, 7, 1, 10, 30), "agent_reply", None),
            (True, datetime(2026, 7, 1, 11, 0), "customer_reply", None),
        ],
        "policy.business_hours: calendar_id, opens_minute, closes_minute, time_zone": [
            ("zendesk-360", 1980, 2460, "America/Los_Angeles"),
            ("zendesk-360", 3420, 3900, "America/Los_Angeles"),
            ("zendesk-361", 0, 10080, "Europe/Berlin"),
        ],
        "policy.business_holidays: calendar_id, first_date, last_date": [
            ("zendesk-360", date(2025, 12, 31), date(2026, 1, 1)),
        ],
        "policy.sla_policies: metric, priority, target, target_unit, valid_from": [
            ("first_response", "urgent", Decimal(60), "business_minutes", date(2026, 1, 1)),
            ("resolution", "urgent", Decimal(480), "calendar_minutes", date(2026, 1, 1)),
        ],
    },
    "servicenow": {
        "support.organizations: organization_id, web_domain, country, prm_partner_id": [
            ("aaa1", "reef.io", "US", "P-0007"),
            ("aaa2", None, "GBR", None),
        ],
        # A state of the organisation's own stays as it is written; codes and labels become words.
        "support.tickets: ticket_id, organization_id, status, priority, opened_at, source_resolution_met": [
            ("bbb1", "aaa1", "Resolved", "urgent", datetime(2026, 7, 1, 8), False),
            ("bbb2", "aaa2", "Awaiting Vendor", "low", datetime(2026, 7, 2, 8), True),
            ("bbb3", None, "In Progress", "normal", datetime(2026, 7, 3, 8), True),
        ],
        # The first answer stands nowhere: it is the start of the completed response clock and its duration.
        "support.ticket_events: ticket_id, occurred_at, event_type, value": [
            ("bbb1", datetime(2026, 7, 1, 8, 10), "status", "In Progress"),
            ("bbb1", datetime(2026, 7, 1, 8, 11), "priority", "urgent"),
            ("bbb1", datetime(2026, 7, 1, 8, 12), "assignment", "Lee"),
            ("bbb1", datetime(2026, 7, 1, 10, 37, 3), "agent_reply", None),
        ],
    },
    "hubspot": {
        "crm.accounts: account_id, web_domain, country, created_at": [
            ("9001", "blueocean.co.uk", "GB", datetime(2019, 7, 5, 2, 35, 26)),
            ("9002", "reef.io", "US", datetime(2020, 12, 30, 13, 15, 52)),
        ],
        "crm.opportunities: opportunity_id, stage, probability, close_date, is_won, merged_into_opportunity_id": [
            ("7001", "closedwon", Decimal(1), date(2026, 6, 30), True, None),
            ("7002", "appointmentscheduled", Decimal("0.2"), None, False, "7001"),
        ],
        # Wide columns of the deals, and rows of the history where that is what comes.
        "crm.opportunity_history: opportunity_id, changed_at, stage": [
            ("7001", datetime(2026, 3, 1, 9, 5, 7), "appointmentscheduled"),
            ("7001", datetime(2026, 6, 30, 15), "closedwon"),
            ("7002", datetime(2026, 7, 2, 10), "appointmentscheduled"),
            ("7003", datetime(2026, 7, 3, 8), "qualifiedtobuy"),
            ("7003", datetime(2026, 7, 9), "contractsent"),
        ],
        "crm.opportunity_partners: opportunity_id, account_id, role": [("7001", "9002", "Sourcing Partner")],
    },
    "partnerstack": {
        "prm.portal_activity: event_id, activity, role, task": [
            ("A1", "login", "sales", None),
            ("A2", "onboarding_task", "sales", "Sign code of conduct"),
        ],
        "prm.partner_credentials: credential_id, credential_kind, approved_date": [
            ("K1", "competency", date(2026, 2, 1)),
        ],
    },
}


@pytest.mark.parametrize("vendor", sorted(EXPECTED))
def test_a_vendors_shape_gives_canonical_rows(warehouse: Warehouse, vendor: str) -> None:
    """Every file of the shape is claimed, no row is lost, and what the oddities mean is what comes out."""
    results = take_vendor(warehouse, vendor)
    assert all(r.rows_in == r.rows_accepted + r.rows_collapsed for r in results)
    assert {r.export for r in results} == {said.partition(":")[0] for said in EXPECTED[vendor]}
    for said, rows in EXPECTED[vendor].items():
        export, _, columns = said.partition(": ")
        found = warehouse.query(f"select {columns} from raw_{export} where _instance = $1 order by all", vendor)
        assert found == rows, said
