"""Sheet Watch list: what somebody should act on soon, the most urgent first in each kind.

Each line names the KPI that holds it, so that it can be opened with `explain`.
"""

from collections.abc import Sequence

from publish.workbook.facts import Facts, Watched
from publish.workbook.page import Page

WIDTHS = (34, 14, 12, 58, 15, 12, 62)
_COLUMNS = ("partner", "region", "tier", "what", "due", "days left", "opens with")
# In the order of the sheet: what is late before what will be.
_KINDS = (
    ("sla_breached_open", "Promises of service that are late and still open"),
    ("coverage_gap", "Certification requirements that are not met"),
    ("coverage_falls_below", "Certification requirements that will not be met for long"),
    ("certificate_expires", "Certificates that expire within 90 days"),
    ("ramp_not_reached", "Partners that after 90 days have not reached their next milestone"),
)
_LONGEST = 200


def write_watch_list(page: Page, facts: Facts) -> None:
    """Fill the sheet."""
    page.title("Watch list", "What is late, what runs out, what has not happened; overdue in orange, most urgent first")
    if not facts.watched:
        page.block(3, "Nothing is late, nothing runs out within 90 days, nobody is behind.", "words")
        return
    row = 3
    for kind, heading in _KINDS:
        own = [watched for watched in facts.watched if watched.watch_kind == kind]
        if own:
            row = _write_kind(page, heading, own, row)
    page.sheet.freeze_panes(2, 0)


def _write_kind(page: Page, heading: str, own: Sequence[Watched], row: int) -> int:
    page.section(row, f"{heading} ({len(own):,})")
    page.header(row + 1, _COLUMNS, texts={1, 2, 3, 6}, height=20)
    row += 2
    for watched in own[:_LONGEST]:
        _write_line(page, watched, row)
        row += 1
    if len(own) > _LONGEST:
        page.block(row, f"... and {len(own) - _LONGEST:,} more in marts.rpt_watch_list.", "words")
        row += 1
    return row + 1


def _write_line(page: Page, watched: Watched, row: int) -> None:
    page.text(row, 1, watched.partner_name or watched.partner_id, "cell", "left", "strong")
    page.text(row, 2, watched.region or "unknown", "cell", "left")
    page.text(row, 3, watched.tier or "unknown", "cell", "left")
    page.text(row, 4, watched.subject or watched.entity_id, "cell", "left")
    page.date(row, 5, watched.due_date, "cell")
    if watched.days_left is None:
        page.text(row, 6, "", "cell")
    else:
        late = ("bad", "strong") if watched.days_left < 0 else ()
        page.number(row, 6, watched.days_left, "0", "cell", *late)
    page.text(row, 7, f"explain {watched.kpi_code} --partner {watched.partner_id}", "cell", "left", "small", "muted")
