"""Scorecard totals that differ between two published files: how much came through values, how much through rules."""

import datetime as dt
from dataclasses import dataclass

import duckdb

from publish.reading import fetch


@dataclass(frozen=True, kw_only=True)
class CardMovement:
    """A card of a month whose total or grade differs; the two changes add up to that of the total.

    `from_rules` is what lines contribute otherwise whose target, floor or weight by policy is another one;
    `from_values` all the rest.
    """

    card_type: str
    card_value: str
    card_month: dt.date
    total_before: float | None
    total_after: float | None
    grade_before: str | None
    grade_after: str | None
    from_values: float | None
    from_rules: float | None


def read_cards(connection: duckdb.DuckDBPyConnection) -> tuple[CardMovement, ...]:
    """All cards that differ, the largest change first; of months that both files know."""
    return fetch(
        connection,
        CardMovement,
        f"""
        from (
            with {_totals("before")}, {_totals("after")},

            lines as (

                select
                    card_type, card_value, card_month,
                    coalesce(after_lines.contribution, 0) - coalesce(before_lines.contribution, 0) as change,
                    (before_lines.target_value, before_lines.floor_value, before_lines.policy_weight)
                    is distinct from (after_lines.target_value, after_lines.floor_value, after_lines.policy_weight)
                        as is_rule
                from (from before.marts.rpt_scorecard_lines where value_state != 'left_card') as before_lines
                full outer join (from after.marts.rpt_scorecard_lines where value_state != 'left_card') as after_lines
                    using (card_type, card_value, card_month, kpi_code, statistic, dimension)

            ),

            changes as (

                select
                    card_type, card_value, card_month,
                    coalesce(sum(change) filter (where not is_rule), 0) as from_values,
                    coalesce(sum(change) filter (where is_rule), 0) as from_rules
                from lines
                group by all

            )

            select
                card_type, card_value, card_month,
                totals_before.total_score as total_before, totals_after.total_score as total_after,
                totals_before.grade as grade_before, totals_after.grade as grade_after,
                if(total_before is null or total_after is null, null, changes.from_values) as from_values,
                if(total_before is null or total_after is null, null, changes.from_rules) as from_rules
            from totals_before
            full outer join totals_after using (card_type, card_value, card_month)
            left join changes using (card_type, card_value, card_month)
            where
                card_month <= (select max(card_month) from totals_before)
                and card_month <= (select max(card_month) from totals_after)
                and (
                    (total_before is null) != (total_after is null)
                    or abs(total_after - total_before) > 1e-9
                    or grade_before is distinct from grade_after
                )
        )
        order by abs(coalesce(total_after, 0) - coalesce(total_before, 0)) desc, card_month desc, card_type, card_value
        """,  # noqa: S608 - the text is this module's own
    )


def _totals(side: str) -> str:
    cards = {"partner": "partner_id", "region": "region"}
    selects = [
        f"select '{card}' as card_type, {column} as card_value, card_month, total_score, grade"  # noqa: S608 - as above
        f" from {side}.marts.rpt_{card}_scorecard"
        for card, column in cards.items()
    ]
    selects.append(
        f"select card_type, card_value, card_month, total_score, grade from {side}.marts.rpt_programme_scorecard"  # noqa: S608
    )
    return f"totals_{side} as ({' union all '.join(selects)})"
