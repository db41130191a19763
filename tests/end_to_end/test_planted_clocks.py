"""The tickets that were made by hand for the sample, each to show one reading of a clock: what its clocks became.

Minutes are those of the target's calendar, counted by hand from the comments in `bench/planted_support.yaml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.conftest import PROJECT

PLANTED: dict[str, dict[str, Any]] = {
    case["label"]: case
    for case in yaml.safe_load((PROJECT / "bench" / "planted_support.yaml").read_text("utf-8"))["tickets"]
}
FIRST, RESOLUTION = "first_response", "resolution"
EXPECTED = [
    ("over_a_weekend", FIRST, "met", 120), ("over_christmas", FIRST, "met", 240),
    ("over_easter", FIRST, "breached", 420), ("into_summer_time", FIRST, "met", 120),
    ("out_of_summer_time", FIRST, "met", 120), ("urgent_at_the_change", FIRST, "met", 50),
    ("americas_at_the_change", FIRST, "met", 120), ("americas_thanksgiving", FIRST, "met", 75),
    ("opened_before_hours", FIRST, "met", 150), ("opened_on_sunday", FIRST, "met", 0),
    ("answered_to_the_minute", FIRST, "met", 360), ("answered_a_minute_late", FIRST, "breached", 361),
    ("paused_and_resumed", RESOLUTION, "met", 300), ("solved_while_paused", RESOLUTION, "met", 60),
    ("reopened", RESOLUTION, "met", 180), ("never_answered", FIRST, "breached_open", 2820),
    ("still_in_time", FIRST, "running", 360), ("waits_for_customer", RESOLUTION, "paused", 60),
    ("merged_away", RESOLUTION, "cancelled", 60), ("raised_in_the_middle", FIRST, "breached", 180),
    ("before_the_new_target", FIRST, "met", 420), ("after_the_new_target", FIRST, "breached", 420),
    ("over_the_new_target", FIRST, "met", 450), ("own_due_time", FIRST, "breached", 270),
    ("partner_answers_in_time", FIRST, "met", 420), ("partner_in_singapore", FIRST, "met", 480),
]  # fmt: skip


@pytest.mark.parametrize(("label", "metric", "state", "minutes"), EXPECTED)
def test_a_planted_ticket_has_the_clock_it_was_made_for(
    sample_file: Path, label: str, metric: str, state: str, minutes: int
) -> None:
    """The state and the minutes used are those that a person counts."""
    with duckdb.connect(sample_file, read_only=True) as connection:
        rows = connection.execute(
            "select state, elapsed_seconds from marts.fct_sla_clocks"
            " where entity_type = 'ticket' and metric = ? and started_at = ?::timestamp",
            [metric, PLANTED[label]["created"]],
        ).fetchall()
    assert rows == [(state, 60 * minutes)]
