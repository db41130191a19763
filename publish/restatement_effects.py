"""What the changed evidence adds to and takes from each moved cell, by cause; what no row explains, and why.

For sums, counts, ratios and stocks the effects add up to the change of numerator and denominator. Clocks and
percentiles have no sum: their effects are the rows that entered, left or changed in the window.
"""

# ruff: noqa: S608 - the text is this module's own

import duckdb

from publish.restatement_sides import SIDES

# Where a row that counts stands in a window, as `publish.evidence` has it; stocks stand on one day.
_PLACED = {
    "stock": "rows.valid_from <= cells.stock_day and (rows.valid_to is null or rows.valid_to > cells.stock_day)",
    "cohort": "cells.period_type = 'all_time' or date_trunc('month', rows.started_at) between cells.period_start"
    " and cells.window_end",
    "clock": "date_trunc('month', cast(rows.started_at as date)"
    " + cast(coalesce(rows.entry_duration + 1, 0) as integer)) <= cells.window_end"
    " and cast(rows.ended_at as date) >= cells.period_start",
    "flow": "(cells.period_type = 'all_time' and coalesce(rows.event_date, cells.window_end) <= cells.window_end)"
    " or (date_trunc('month', rows.event_date) between cells.period_start and cells.window_end"
    " and rows.event_date <= cells.window_end)",
}


def write_effects(connection: duckdb.DuckDBPyConnection) -> None:
    """The temporary table `effects`: cell_id, cause, rows added, gone and changed, changes of the two sums."""
    connection.execute(
        f"""
        create or replace temp table effects as
        with rows_of_both as (

            {" union all ".join(_rows_of(side) for side in SIDES)}

        ),

        in_segments as (

            select
                * exclude (segments),
                unnest(map_keys(segments)) as segment_type,
                unnest(map_values(segments)) as segment_value
            from rows_of_both

        ),

        cells as (

            {" union all ".join(_cells_of(side) for side in SIDES)}

        ),

        placed as (

            select
                cells.cell_id, rows.cause, rows.change, rows.evidence_id, rows.sign,
                if(cells.statistic = 'average', null, rows.sign * rows.numerator * {_rate()}) as numerator,
                rows.sign * rows.denominator as denominator
            from cells
            inner join in_segments as rows
                on cells.side = rows.side
                and cells.kpi_code = rows.kpi_code
                and cells.dimension = rows.dimension
                and cells.segment_type = rows.segment_type
                and cells.segment_value = rows.segment_value
            left join rates
                on cells.is_valued and rates.side = cells.side
                and rates.currency = rows.currency and rates.rate_date = cells.stock_day
            where
                case
                    when cells.aggregation = 'stock' then {_PLACED["stock"]}
                    when cells.aggregation = 'clock' and cells.basis = 'cohort' then {_PLACED["cohort"]}
                    when cells.aggregation = 'clock' then {_PLACED["clock"]}
                    else {_PLACED["flow"]}
                end

        ),

        by_row as (

            -- Of a row that counted on both sides and is another one now, the difference; one that only came to count,
            -- or no longer does, is added or gone here whatever it was elsewhere.
            select
                cell_id, cause, evidence_id, sum(numerator) as numerator, sum(denominator) as denominator,
                case when min(sign) = 1 then 'added' when max(sign) = -1 then 'gone' else 'changed' end as change
            from placed
            group by cell_id, cause, evidence_id

        )

        select
            cell_id,
            cause,
            count(*) filter (where change = 'added') as rows_added,
            count(*) filter (where change = 'gone') as rows_gone,
            count(*) filter (where change = 'changed') as rows_changed,
            sum(numerator) as numerator_change,
            sum(denominator) as denominator_change
        from by_row
        group by cell_id, cause
        """
    )
    _add_rest(connection)


def _add_rest(connection: duckdb.DuckDBPyConnection) -> None:
    """What the rows leave: another rate of a stock of money, a state, a KPI computed from others."""
    connection.execute(
        """
        insert into effects
        with told as (

            select cell_id, sum(numerator_change) as numerator, sum(denominator_change) as denominator
            from effects
            group by cell_id

        ),

        rest as (

            select
                cells.*,
                coalesce(numerator_after, 0) - coalesce(numerator_before, 0) - coalesce(told.numerator, 0)
                    as numerator_rest,
                coalesce(denominator_after, 0) - coalesce(denominator_before, 0) - coalesce(told.denominator, 0)
                    as denominator_rest,
                told.cell_id is null as is_untold,
                coalesce(numerator_after, numerator_before) is null as is_without_sum,
                exists (select 1 from loads_between where not is_policy) as has_delivery,
                (select bool_or(is_later) from known_between) as is_later
            from moved_cells as cells
            left join told using (cell_id)

        )

        select
            cell_id,
            case
                when aggregation = 'derived' then 'derived'
                when is_redefined and is_before and is_after then 'rule'
                when aggregation = 'stock' and currency is not null and numerator_rest != 0 then 'rate'
                when not is_without_sum and (abs(numerator_rest) > 0 or abs(denominator_rest) > 0) then 'unexplained'
                when has_delivery then 'load'
                when is_later then 'time'
                else 'rule'
            end,
            0, 0, 0,
            if(is_without_sum, null, numerator_rest),
            if(denominator_rest = 0, null, denominator_rest)
        from rest
        where is_untold or (not is_without_sum and (numerator_rest != 0 or denominator_rest != 0))
        """
    )


def _rows_of(side: str) -> str:
    return f"""
            select
                '{side}' as side, {1 if side == "after" else -1} as sign, changed.cause, changed.change,
                evidence.kpi_code, evidence.evidence_id, evidence.dimension, evidence.segments, evidence.event_date,
                evidence.started_at, evidence.ended_at, evidence.valid_from, evidence.valid_to, evidence.entry_duration,
                evidence.numerator, evidence.denominator, evidence.currency
            from evidence_{side} as evidence
            inner join changed_evidence as changed using (kpi_code, evidence_id)
            where evidence.excluded_reason is null"""


def _cells_of(side: str) -> str:
    return f"""
            select
                '{side}' as side, cell_id, kpi_code, statistic, dimension, segment_type, segment_value, period_type,
                period_start, aggregation, basis, window_end_{side} as window_end,
                if(statistic = 'opening', period_start - 1, window_end_{side}) as stock_day,
                aggregation = 'stock' and currency is not null as is_valued, currency
            from moved_cells
            where window_end_{side} is not null"""


def _rate() -> str:
    return "if(cells.is_valued and rows.currency != cells.currency, rates.fx_rate, 1)"
