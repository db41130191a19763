"""Ten questions of a dashboard, asked of the published marts by four clients at once.

`python -m bench.queries FILE` prints the 95th percentile of each in milliseconds, as JSON. Every client is a process with
a read-only connection of its own, as BI tools are.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb

CLIENTS, ROUNDS = 4, 25
QUERIES = {
    "win rate by month": "select period_start, value, ci_low, ci_high from kpi_values where kpi_code = 'win_rate_by_count'"
    " and segment_type = 'all' and period_type = 'month' order by period_start",
    "win rate by region": "select segment_value, value from kpi_values where kpi_code = 'win_rate_by_count'"
    " and segment_type = 'region' and period_type = 'trailing_12m' and is_complete order by period_start desc, 1 limit 4",
    "time to close by type": "select segment_value, value from kpi_values where kpi_code = 'time_to_close'"
    " and statistic = 'p50' and segment_type = 'partner_type' and period_type = 'trailing_12m' order by period_start desc, 1",
    "top partners": "select partner_id, total_score, grade from rpt_partner_scorecard"
    " where card_month = (select max(card_month) from rpt_partner_scorecard) order by total_score desc nulls last limit 20",
    "one partner's values": "select kpi_code, statistic, dimension, value from kpi_values where segment_type = 'partner'"
    " and segment_value = (select partner_id from dim_partners where not is_reserved order by partner_id limit 1 offset 7)"
    " and period_type = 'trailing_12m' order by all",
    "partners of a region": "select partner_id, partner_name, tier from dim_partners where region = 'EMEA' order by 2 limit 50",
    "open deals of a partner": "select deal_id, stage, amount from fct_deals where outcome = 'open' and partner_id ="
    " (select partner_id from dim_partners where not is_reserved order by partner_id limit 1 offset 7) order by amount desc",
    "SLA attainment by month": "select period_start, dimension, value from kpi_values where kpi_code = 'sla_attainment_rate'"
    " and segment_type = 'all' and period_type = 'month' order by 1, 2",
    "certificates that run out": "select subject, due_date from rpt_watch_list where watch_kind = 'certificate_expires'"
    " order by due_date, subject limit 50",
    "bookings by type and quarter": "select segment_value, period_start, value from kpi_values where kpi_code = 'won_amount'"
    " and segment_type = 'partner_type' and period_type = 'quarter' order by 1, 2",
}


def measure_queries(file: Path) -> dict[str, float]:
    """Milliseconds below which 95 in 100 answers came, by query."""
    with ProcessPoolExecutor(CLIENTS) as clients:
        taken = list(clients.map(_ask, [str(file)] * CLIENTS))
    return {
        name: round(sorted(seconds for each in taken for seconds in each[name])[int(CLIENTS * ROUNDS * 0.95)] * 1000, 1)
        for name in QUERIES
    }


def _ask(file: str) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in QUERIES}
    with duckdb.connect(file, read_only=True, config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("use partner_kpi.marts")
        for _ in range(ROUNDS + 1):  # the first answer finds the file cold and is not counted
            for name, query in QUERIES.items():
                begun = time.monotonic()
                connection.execute(query).fetchall()
                seconds[name].append(time.monotonic() - begun)
    return {name: each[1:] for name, each in seconds.items()}


if __name__ == "__main__":
    print(json.dumps(measure_queries(Path(sys.argv[1]))))
