"""Whether the rival's values are those of the marts: same KPI, dimension, segment and window, same value.

`python -m bench.rival_check HOME FILE` prints how many agree, and ends with 1 where any differs.
"""

# ruff: noqa: S608 - the file is named by the caller

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from ingest.sql import text_literal

STATED = """
    select kpi_code, dimension, segment_type, segment_value as segment, period_type, period_start, period_end, value
    from kpi_values
    where
        segment_type in ('all', 'all_partners', 'partner', 'partner_type', 'region')
        and value is not null
        and (
            (kpi_code in ('win_rate_by_count', 'certifications_issued', 'sla_attainment_rate') and statistic = 'value')
            or (kpi_code = 'time_to_close' and statistic = 'p50' and dimension = 'created')
            or (kpi_code = 'ramp_time' and statistic = 'p50' and dimension = 'joined>first_won_deal')
        )
        and not (kpi_code = 'certifications_issued' and value = 0)
"""


def compare(database: Path, found: Path) -> list[tuple[str, int, int]]:
    """KPI code, values that agree, values that only one side has or that differ."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("use partner_kpi.marts")
        return connection.execute(f"""
            with stated as ({STATED}),

            periods as (
                select kpi_code, segment_type = 'partner' as is_partner, period_type
                from stated
                group by all
            ),

            found as (
                select
                    found.* replace (cast(period_start as date) as period_start, cast(period_end as date) as period_end)
                from {text_literal(str(found))} as found
                semi join periods
                    on found.kpi_code = periods.kpi_code
                    and (found.segment_type = 'partner') = periods.is_partner
                    and found.period_type = periods.period_type
            )

            select
                kpi_code,
                count(*) filter (where abs(stated.value - found.value) <= 1e-9),
                count(*) filter (where coalesce(abs(stated.value - found.value) > 1e-9, true))
            from stated
            full outer join found
                using (kpi_code, dimension, segment_type, segment, period_type, period_start, period_end)
            group by kpi_code
            order by kpi_code
        """).fetchall()


if __name__ == "__main__":
    answers = compare((Path(sys.argv[1]) / "published" / "current").resolve() / "partner_kpi.duckdb", Path(sys.argv[2]))
    for code, same, other in answers:
        print(f"{code}: {same} agree, {other} do not")
    sys.exit(any(other for _, _, other in answers))
