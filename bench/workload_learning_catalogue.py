"""What is taught: courses, and the certifications that some of them lead to.

Tracks are those that `seeds/reference/certification_requirements.csv` asks for.
"""

from __future__ import annotations

import pandas as pd

COURSE_COLUMNS = ("course_id", "course_name", "category", "target_role", "status")
COURSES = pd.DataFrame(
    [
        ("101", "Selling the Platform", "Sales", "sales", "published"),
        ("102", "Value Selling in Depth", "Sales", "sales", "published"),
        ("103", "Platform Fundamentals", "Technical", "presales", "published"),
        ("104", "Architecture Workshop", "Technical", "presales", "published"),
        ("105", "Security and Identity", "Technical", "presales", "published"),
        ("106", "Delivery Method", "Delivery", "services", "published"),
        ("107", "Migration Practice", "Delivery", "services", "published"),
        ("108", "Campaign Toolkit", "Marketing", "marketing", "published"),
        ("109", "Code of Conduct", "Compliance", "sales", "published"),
        ("110", "Release News", "Technical", "presales", "published"),
        ("111", "Quoting and Ordering", "Sales", "sales", "published"),
        ("112", "Fundamentals (first edition)", "Technical", "presales", "unpublished"),
    ],
    columns=COURSE_COLUMNS,
)
CERTIFICATION_COLUMNS = (
    *("certification_id", "title", "category", "target_role"),
    *("level", "course_id", "validity_days", "renewal_days_before"),
)
CERTIFICATIONS = pd.DataFrame(
    [
        ("11", "Sales Professional", "Sales", "sales", "Professional", "101", 365, 60),
        ("12", "Sales Expert", "Sales", "sales", "Expert", "102", 730, 90),
        ("13", "Technical Associate", "Technical", "presales", "Associate", "103", 365, 60),
        ("14", "Technical Architect", "Technical", "presales", "Architect", "104", 540, 90),
        ("15", "Security Specialist", "Technical", "presales", "Specialist", "105", 365, 60),
        ("16", "Delivery Consultant", "Delivery", "services", "Consultant", "106", 540, 90),
        ("17", "Migration Lead", "Delivery", "services", "Lead", "107", 0, 0),
        ("18", "Marketing Practitioner", "Marketing", "marketing", "Practitioner", "108", 365, 30),
    ],
    columns=CERTIFICATION_COLUMNS,
)
PASS_SHARE = 0.7


def find_course(name: str) -> int:
    """Position of a course by its name."""
    return COURSES["course_name"].tolist().index(name)


def find_certification(title: str) -> int:
    """Position of a certification by its title."""
    return CERTIFICATIONS["title"].tolist().index(title)
