"""Which cells of kpi_values differ between two published files, and how far; only windows that both could show.

A cell is a KPI's statistic for a dimension, segment and window. All time is one window, whenever it ends.
"""

# ruff: noqa: S608 - the text is this module's own

import duckdb

from publish.restatement_sides import SIDES

# Values are DOUBLE: what hangs on the order of a sum is no movement.
_TOLERANCE = "1e-9"
_KEY = "kpi_code, statistic, dimension, period_type, period_start, window_name, segment_type, segment_value"

_IN_BOTH = (
    "period_type = 'all_time' or (period_type, period_start, period_end) in"
    " (select (period_type, period_start, period_end) from before.marts.kpi_values"
    " intersect select (period_type, period_start, period_end) from after.marts.kpi_values)"
)


def write_moved_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """The temporary table `moved_cells`, numbered; `size` is the movement over the largest value of its kind,
    for what does not add up times the share of the observations.

    A cell without a numerator has moved by all that is added to it: nothing counts as zero.
    """
    connection.execute(
        f"""
        create or replace temp table moved_cells as
        with {", ".join(_side(side) for side in SIDES)},

        scales as (

            select
                kpi_code, statistic, dimension, period_type,
                max(abs(value)) as largest,
                max(observation_count) as most
            from (from cells_before union all from cells_after)
            group by all

        ),

        compared as (

            select
                {_KEY},
                cells_before.kpi_code is not null as is_before,
                cells_after.kpi_code is not null as is_after,
                coalesce(cells_after.period_end, cells_before.period_end) as period_end,
                coalesce(cells_after.unit, cells_before.unit) as unit,
                coalesce(cells_after.aggregation, cells_before.aggregation) as aggregation,
                coalesce(cells_after.basis, cells_before.basis) as basis,
                coalesce(cells_after.currency, cells_before.currency) as currency,
                coalesce(cells_before.is_complete, false) as was_complete,
                cells_before.window_end as window_end_before, cells_after.window_end as window_end_after,
                cells_before.value as value_before, cells_after.value as value_after,
                cells_before.value_state as state_before, cells_after.value_state as state_after,
                cells_before.numerator as numerator_before, cells_after.numerator as numerator_after,
                cells_before.denominator as denominator_before, cells_after.denominator as denominator_after,
                cells_before.observation_count as count_before, cells_after.observation_count as count_after,
                cells_before.definition_version is distinct from cells_after.definition_version as is_redefined,
                coalesce(cells_after.value, 0) - coalesce(cells_before.value, 0) as value_change
            from cells_before
            full outer join cells_after using ({_KEY})

        )

        select
            row_number() over (order by {_KEY}) as cell_id,
            compared.*,
            case
                when not is_before then 'appeared'
                when not is_after then 'gone'
                when value_before is not distinct from value_after
                    or abs(value_change) <= {_TOLERANCE} * greatest(1, abs(value_before)) then 'stated otherwise'
                else 'moved'
            end as kind,
            -- A share of two deals swings further than one of two thousand, and matters less.
            coalesce(abs(value_change) / nullif(scales.largest, 0), 0) * if(
                aggregation in ('ratio', 'clock', 'percentile'),
                greatest(coalesce(count_before, 0), coalesce(count_after, 0)) / greatest(scales.most, 1), 1
            ) as size
        from compared
        left join scales using (kpi_code, statistic, dimension, period_type)
        where
            not (is_before and is_after)
            or (value_before is null) != (value_after is null)
            or abs(value_change) > {_TOLERANCE} * greatest(1, abs(value_before))
            or state_before is distinct from state_after
            or numerator_before is distinct from numerator_after
            or denominator_before is distinct from denominator_after
            or count_before is distinct from count_after
        """
    )


def count_new_windows(connection: duckdb.DuckDBPyConnection) -> int:
    """How many cells are of windows that only one of the files has: months that had not begun, or are too long ago."""
    row = connection.execute(
        "select count(*) from (from after.marts.kpi_values union all from before.marts.kpi_values)"
        f" where not ({_IN_BOTH})"
    ).fetchone()
    assert row is not None
    return int(row[0])


def _side(side: str) -> str:
    return f"""cells_{side} as (

            select
                kpi_values.*,
                if(period_type = 'all_time', 'all', cast(period_end as varchar)) as window_name,
                least(period_end, as_of_date) as window_end,
                case
                    when statistic like 'incidence_%' then 'share'
                    when regexp_full_match(statistic, '(naive_)?p[0-9]+') then coalesce(duration_unit, 'day') || 's'
                    else unit
                end as unit,
                definitions.aggregation
            from {side}.marts.kpi_values as kpi_values
            inner join {side}.marts.kpi_definitions as definitions using (kpi_code)
            where {_IN_BOTH}

        )"""
