"""The top of the partner scorecard, for a glance in a terminal. The whole of it is the workbook's and the marts'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from publish.reading import open_generation


@dataclass(frozen=True, kw_only=True)
class Leader:
    """One ranked partner of the newest month that is over."""

    partner_name: str
    motion: str
    region: str
    tier: str | None
    total_score: float
    grade: str
    rank_in_motion: int
    total_change: float | None


def read_leaders(generation_file: Path, *, limit: int) -> tuple[date | None, tuple[Leader, ...]]:
    """The newest month that is over and its best ranked partners; (None, ()) where nobody is ranked."""
    with open_generation(generation_file) as connection:
        rows = connection.execute(
            """
            select card_month, partner_name, motion, region, tier, total_score, grade, rank_in_motion, total_change
            from marts.rpt_partner_scorecard
            where is_ranked and card_month = (
                select max(card_month) from marts.rpt_partner_scorecard where is_ranked and is_complete
            )
            order by total_score desc, partner_id
            limit $1
            """,
            [limit],
        ).fetchall()
    leaders = tuple(
        Leader(
            partner_name=name, motion=motion, region=region, tier=tier, total_score=total, grade=grade,
            rank_in_motion=rank, total_change=change,
        )
        for _, name, motion, region, tier, total, grade, rank, change in rows
    )  # fmt: skip
    return (rows[0][0] if rows else None), leaders
