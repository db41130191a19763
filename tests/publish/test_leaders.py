"""The glance at the top of the scorecard."""

import datetime as dt

from publish.generation import Generation
from publish.leaders import read_leaders


def test_the_best_ranked_partners_of_the_latest_month_that_is_over_come_first(generation: Generation) -> None:
    month, leaders = read_leaders(generation.database, limit=3)
    assert month == dt.date(2026, 8, 1)
    assert [leader.rank_in_motion for leader in leaders] == [1, 1, 2]
    totals = [leader.total_score for leader in leaders]
    assert totals == sorted(totals, reverse=True)
    assert leaders[0].partner_name == "Blue Harbour IT"


def test_without_partners_there_is_nobody_to_show(crm_only_generation: Generation) -> None:
    assert read_leaders(crm_only_generation.database, limit=3) == (None, ())
