"""Values as they are published, for tests: one typed row of kpi_values each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import duckdb
from oracles import Window


class Value(NamedTuple):
    """A row of kpi_values with the last day of its window; amounts are exact where they are stored so."""

    kpi_code: str
    basis: str
    statistic: str
    dimension: str
    period_type: str
    period_start: dt.date
    period_end: dt.date
    window_end: dt.date
    is_complete: bool
    segment_type: str
    segment_value: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    value_state: str
    numerator: Decimal | None
    denominator: Decimal | None
    observation_count: int
    event_count: int | None
    excluded_count: int
    is_reliable: bool
    as_of_date: dt.date
    data_through: dt.date

    @property
    def window(self) -> Window:
        """The days that the value speaks of."""
        return Window(start=self.period_start, end=self.window_end)

    @property
    def curve(self) -> tuple[str, str, str, str, Window]:
        """What it shares with the other statistics of the same evidence."""
        return (self.kpi_code, self.dimension, self.segment_type, self.segment_value, self.window)

    @property
    def is_unseen(self) -> bool:
        """Whether some source had shown nothing of the window yet."""
        return self.data_through < self.period_start


def read_values(
    connection: duckdb.DuckDBPyConnection,
    condition: str = "true",
    parameters: Sequence[object] = (),
    *,
    relation: str = "kpi_values",
) -> list[Value]:
    """The values that meet a condition (SQL), in a fixed order."""
    rows = connection.execute(
        f"""
        select {", ".join(Value._fields)}
        from (select *, least(period_end, as_of_date) as window_end from {relation})
        where {condition}
        order by kpi_code, dimension, segment_type, segment_value, period_type, period_end, statistic
        """,
        list(parameters),
    ).fetchall()
    return list(map(Value._make, rows))
